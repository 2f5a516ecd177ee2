#!/usr/bin/env python3
"""Renders every case of cases.py with Python's jinja2, set up as chat templates expect it, and writes
expected.json, which JinjaTest compares with. Run it by hand after changing a case: pip install jinja2==3.1.6."""
import json
import pathlib

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cases import CASES

HERE = pathlib.Path(__file__).parent


class Refused(Exception):
    pass


def refuse(message):
    raise Refused(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])
env.filters["tojson"] = tojson
env.globals["raise_exception"] = refuse

results = []
for template, variables in CASES:
    source = (HERE / template[1:]).read_text() if template.startswith("@") else template
    case = {"template": source, "variables": variables}
    try:
        case["output"] = env.from_string(source).render(**variables)
    except Refused as e:
        case["refused"] = str(e)
    except Exception as e:  # what jinja2 does not accept or cannot render
        case["error"] = type(e).__name__
    results.append(case)
(HERE / "expected.json").write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n")
print(len(results), "cases,", sum("error" in r for r in results), "errors,", sum("refused" in r for r in results), "refused")
