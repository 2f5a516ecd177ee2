"""Templates (a leading @ names a file) with the variables to render them with."""

U = {"role": "user", "content": "Hello, wörld 🌍"}
A = {"role": "assistant", "content": "Hi."}
S = {"role": "system", "content": "Be brief. "}
CALLS = {"role": "assistant", "content": None, "tool_calls": [
    {"type": "function", "function": {"name": "get", "arguments": "{\"a\": 1}"}},
    {"type": "function", "function": {"name": "put", "arguments": "{}"}}]}
T = {"role": "tool", "content": "42"}
THOUGHT = {"role": "assistant", "content": "<think>hm</think>\n\nYes."}
B = {"bos_token": "<|begin|>", "eos_token": "<|end|>"}
TOOL = {"type": "function", "function": {"name": "get", "parameters": {"type": "object", "properties": {"é": {"type": ["a", None, True, 1.5]}}}}}

SMALL_V3 = ("{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}<|User|>{{ m.content }}{% elif m.role == 'assistant' %}"
            "<|Assistant|>{{ m.content }}{{ eos_token }}{% else %}{{ m.content }}{% endif %}{% endfor %}"
            "{% if add_generation_prompt %}<|Assistant|>{% endif %}")


def chat(template, *messages, **more):
    return template, {**B, "messages": list(messages), "add_generation_prompt": True, **more}


CASES = [
    chat(SMALL_V3, U), chat(SMALL_V3, S, U, A, U), chat(SMALL_V3, U, add_generation_prompt=False), chat(SMALL_V3),
    chat("@v3-style.jinja", U), chat("@v3-style.jinja", S, U), chat("@v3-style.jinja", S, U, A, S, U),
    chat("@v3-style.jinja", U, CALLS, T), chat("@v3-style.jinja", U, CALLS, T, T, A, U), chat("@v3-style.jinja", U, THOUGHT, U),
    ("@v3-style.jinja", {**B, "messages": [U]}),
    chat("@v31-style.jinja", U), chat("@v31-style.jinja", S, U, A, U), chat("@v31-style.jinja", U, thinking=True),
    chat("@v31-style.jinja", S, U, tools=[TOOL, TOOL]), chat("@v31-style.jinja", U, tools=[{"type": "x"}]), chat("@v31-style.jinja", U, tools=[]),
    chat("@v31-style.jinja", U, THOUGHT, U), chat("@v31-style.jinja", U, U), chat("@v31-style.jinja", T),
    chat("@v31-style.jinja", {"role": "user", "content": [{"type": "text", "text": "one"}, {"type": "image"}, {"type": "text", "text": "two"}]}),
    # whitespace
    ("  {% if true %}\n  a\n  {% endif %}\nb\n", {}), ("a {%- if true %} b {% endif -%}  \n c", {}), ("a\n   {{ 1 }}\nb\n\n", {}),
    ("x\n  {%+ if true %}y{% endif +%}\nz", {}), ("{% if true -%}\n\n  a\n{%- endif %}\n", {}), ("a {# c #} b\n  {# d #}\ne{#- f -#} g", {}),
    ("a{{- ' b ' -}}  c", {}), ("{% for i in [1,2] %}\n  {{ i }}\n{% endfor %}", {}), ("{% raw %}{{ x }}{% endraw %}\ny", {}),
    ("\r\n{% if true %}\r\na{% endif %}", {}), ("  {%- set x = 1 %}  {{ x }}", {}), ("\t{% set x = 1 %}\n{{ x }}", {}),
    # values as text
    ("{{ none }} {{ true }} {{ 1 }} {{ 1.0 }} {{ 1.5e3 }} {{ 0.1 + 0.2 }} {{ 1e20 }} {{ 1e-7 }} {{ 100000000.5 }}", {}),
    ("{{ [1, 'a', none, [true]] }} {{ {'a': 1, 'b': 'it\\'s'} }} {{ ['\\n', '\"'] }}", {}), ("{{ undefined_name }}|{{ x.y }}", {"x": {}}),
    ("{{ 'a\\tb\\u00e9\\x41\\\\' \"c\" }}", {}), ("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 6 / 2 }} {{ 2 * 3.5 }} {{ 'ab' * 3 }} {{ 1 - 2 - 3 }}", {}),
    ("{{ 1 ~ 'a' ~ none ~ 2.0 ~ true }}", {}), ("{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ -2 + 5 }} {{ - 3 }}", {}),
    # truth and comparison
    ("{{ 1 < 2 < 3 }} {{ 1 == 1.0 }} {{ 'a' < 'b' }} {{ 'a' in 'cat' }} {{ 3 not in [1, 2] }} {{ 'k' in {'k': 1} }} {{ true == 1 }} {{ none == false }}", {}),
    ("{{ not 0 }} {{ not [] }} {{ '' or 'x' }} {{ 'a' and 'b' }} {{ 0 or none }} {{ [] and 1 }}", {}), ("{{ 'y' if u else 'n' }} {{ 'y' if true }} {{ ('z' if false) }}|", {}),
    ("{{ x is defined }} {{ y is defined }} {{ y is not defined }} {{ x is none }} {{ n is none }} {{ not y is defined }} {{ y is undefined }}", {"x": 1, "n": None}),
    ("{{ 1 is number }} {{ 'a' is string }} {{ {} is mapping }} {{ [] is iterable }} {{ 'a' is iterable }} {{ true is boolean }} {{ 1 is integer }} {{ 1.0 is float }} {{ [] is sequence }} {{ 1 is true }}", {}),
    ("{{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby(3) }} {{ 1 is eq 1 }} {{ 'a' is in ['a'] }} {{ 2 is gt(1) }}", {}),
    # strings
    ("{{ '  a b  '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ ' a '.lstrip() }}|{{ ' a '.rstrip() }}|{{ '\\n\\na'.lstrip('\\n') }}", {}),
    ("{{ 'a,b,,c'.split(',') }} {{ 'a,b,c'.split(',', 1) }} {{ ' a  b '.split() }} {{ 'a b c'.split(none, 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ 'abc'.split('x')[-1] }} {{ ''.split(',') }} {{ ''.split() }}", {}),
    ("{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'c')) }} {{ 'aBc'.upper() }} {{ 'ABC'.lower() }} {{ 'hello world'.title() }} {{ 'hELLO'.capitalize() }}", {}),
    ("{{ 'aaa'.replace('a', 'b') }} {{ 'aaa'.replace('a', 'b', 2) }} {{ 'abcabc'.find('c') }} {{ 'abc'.find('x') }} {{ 'abab'.count('ab') }} {{ ', '.join(['a', 'b']) }} {{ '12'.isdigit() }} {{ 'abc'.removeprefix('a') }}", {}),
    ("{{ 'hello'[1] }} {{ 'hello'[-1] }} {{ 'hello'[1:3] }} {{ 'hello'[::-1] }} {{ 'hello'[:-1] }} {{ 'hello'[10:] }} {{ 'h🌍o'[1] }} {{ 'h🌍o'|length }} {{ 'hello'[3:1:-1] }}", {}),
    # lists and dicts
    ("{{ l[0] }} {{ l[-1] }} {{ l[1:] }} {{ l[:-1] }} {{ l[::2] }} {{ l[9] }}| {{ l|length }} {{ l + [4] }} {{ l.index(2) }} {{ l.0 }}", {"l": [1, 2, 3]}),
    ("{{ d.a }} {{ d['a'] }} {{ d.get('z') }} {{ d.get('z', 5) }} {% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{{ d.keys()|list }} {{ d.values()|list }} {{ (d|items|list)[0][1] }} {% for k, v in d|dictsort %}{{ k }}{{ v }}{% endfor %}", {"d": {"b": 2, "a": 1}}),
    ("{% for k in d %}{{ k }}{% endfor %}{% for c in 'ab' %}[{{ c }}]{% endfor %}{% for (a, b) in [[1, 2], [3, 4]] %}{{ a + b }} {% endfor %}", {"d": {"x": 1, "y": 2}}),
    # loops
    ("{% for i in [1,2,3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle('a', 'b') }} {% endfor %}", {}),
    ("{% for i in [] %}x{% else %}empty{% endfor %}{% for i in u %}x{% endfor %}", {}), ("{% for i in range(10) if i is odd %}{{ i }}{{ ',' if not loop.last }}{% endfor %}", {}),
    ("{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", {}),
    ("{% for i in [1,2] %}{% for j in [3,4] %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}", {}), ("{{ range(3)|list }} {{ range(1, 4)|list }} {{ range(6, 0, -2)|list }}", {}),
    # scopes
    ("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}{% if true %}{% set x = 3 %}{% endif %}{{ x }}", {}),
    ("{% set n = namespace(a=1) %}{% for i in [1,2] %}{% set n.a = n.a + i %}{% endfor %}{{ n.a }} {{ n.b }}| {{ n.b is defined }}", {}), ("{% set n = namespace({'a': 5}, b=6) %}{{ n.a }}{{ n['b'] }}", {}),
    ("{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set t = 1, 2 %}{{ t[1] }}", {}), ("{% set x %}a{{ 1 }}b{% endset %}[{{ x }}]", {}),
    ("{% macro m(a, b='z') %}<{{ a }}{{ b }}>{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(b=3, a=4) }}{{ m() }}", {}), ("{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", {}),
    # filters
    ("{{ u|default('d') }} {{ ''|default('d') }} {{ ''|default('d', true) }} {{ none|default('d') }} {{ ''|d('d', boolean=true) }}", {}),
    ("{{ ' a '|trim }} {{ 'a'|upper }} {{ 'A'|lower }} {{ 'a b'|title }} {{ [1,2]|join('-') }} {{ [1,2]|first }} {{ [1,2]|last }} {{ []|first }}| {{ 'abc'|reverse }} {{ [3,1,2]|sort }} {{ [1,1,2]|unique|list }}", {}),
    ("{{ '12'|int }} {{ 'x'|int }} {{ 3.9|int }} {{ '1.5'|float }} {{ -3|abs }} {{ 5|string ~ 'a' }} {{ 'aXbX'|replace('X', '-') }} {{ 'abc'|list }} {{ 'ab'|count }}", {}),
    ("{{ x|tojson }}\n{{ x|tojson(indent=2) }}\n{{ [] | tojson(indent=2) }} {{ {} | tojson }} {{ 'é\"<\\n' | tojson }} {{ 1.0|tojson }}", {"x": {"b": [1, 2.5, None, True, "ü</s>"], "a": {}}}),
    ("{{ x|tojson(sort_keys=true) }} {{ 'é' | tojson(ensure_ascii=true) }}", {"x": {"b": 1, "a": {"d": 1, "c": 2}}}),
    ("{{ l|map(attribute='a')|list }} {{ l|map(attribute='a.b', default='q')|list }} {{ l|selectattr('a')|list|length }} {{ l|rejectattr('a', 'eq', 1)|list }} {{ [0,1,2]|select|list }} {{ [1,2,3]|reject('odd')|list }} {{ ['a']|map('upper')|list }} {{ l|selectattr('z', 'defined')|list }}", {"l": [{"a": 1}, {"a": 0}]}),
    ("{{ 'a\\nb\\n\\nc'|indent }}|{{ 'a\\nb'|indent(2, true) }}|{{ 'a\\nb'|indent(width=1, first=true) }}", {}), ("{{ ['b', 'A', 'c']|sort }} {{ [1,2]|sort(reverse=true) }} {{ l|sort(attribute='k')|map(attribute='k')|join }}", {"l": [{"k": 2}, {"k": 1}]}),
    # errors
    ("{{ raise_exception('no ' ~ 1) }}", {}), ("{{ u.x }}", {}), ("{{ u + 'a' }}", {}), ("{{ 'a' + 1 }}", {}), ("{{ none + 'a' }}", {}), ("{{ 1 / 0 }}", {}), ("{{ u() }}", {}), ("{{ 'a'.nope() }}", {}),
    ("{{ [1].append(2) }}", {}), ("{% for i in 5 %}{% endfor %}", {}), ("{% if %}{% endif %}", {}), ("{% if true %}", {}), ("{{ 1 ", {}), ("{{ 'a }}", {}), ("{% nope %}", {}), ("{{ 1 | nope }}", {}), ("{{ 1 is nope }}", {}),
    ("{% endif %}", {}), ("{{ (1 }}", {}), ("{{ a b }}", {}), ("{% set x.y = 1 %}", {"x": {}}), ("{# open", {}), ("{% for a, b in [[1]] %}{% endfor %}", {}), ("{{ [1, 2][0:1:0] }}", {}), ("{{ 5|length }}", {}), ("{{ ''.__class__ }}|{{ [].__class__.__mro__ }}", {}),
]
