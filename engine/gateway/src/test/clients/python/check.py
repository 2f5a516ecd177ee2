"""Drives the gateway with the official OpenAI client for Python, unmodified. Exits non-zero when anything is not as OpenAI's own server has it."""
import os
import sys

import openai

base, key, poor, model = (os.environ[n] for n in ("BASE_URL", "API_KEY", "POOR_KEY", "MODEL"))
client = openai.OpenAI(base_url=base, api_key=key, max_retries=0)
messages = [{"role": "system", "content": "Continue."}, {"role": "user", "content": "Call me Ishmael."}]
done = 0


def check(what, holds):
    global done
    if not holds:
        sys.exit(f"not so: {what}")
    done += 1


def raises(kind, status, call):
    try:
        call()
    except kind as error:
        check(f"{kind.__name__} has status {status}", error.status_code == status)
        check("the error has a request id", bool(error.request_id))
        return error
    sys.exit(f"not so: {kind.__name__} is raised")


models = client.models.list()
check("the model is listed", model in [m.id for m in models.data])
check("the model can be had", client.models.retrieve(model).id == model)

chat = client.chat.completions.create(model=model, messages=messages, max_tokens=8, temperature=0, seed=1)
check("a chat has content", bool(chat.choices[0].message.content))
check("a chat ends for a reason", chat.choices[0].finish_reason in ("stop", "length"))
check("usage adds up", chat.usage.total_tokens == chat.usage.prompt_tokens + chat.usage.completion_tokens)
check("cached tokens are told", chat.usage.prompt_tokens_details.cached_tokens >= 0)
check("the request id is there", bool(chat._request_id))

text, usage, finish = "", None, None
stream = client.chat.completions.create(
    model=model, messages=messages, max_tokens=8, temperature=0, stream=True, stream_options={"include_usage": True}
)
for chunk in stream:
    usage = chunk.usage or usage
    for choice in chunk.choices:
        text += choice.delta.content or ""
        finish = choice.finish_reason or finish
check("a greedy stream says what the whole answer says", text == chat.choices[0].message.content)
check("the stream ends with usage", usage is not None and usage.completion_tokens == chat.usage.completion_tokens)
check("the stream has a finish reason", finish == chat.choices[0].finish_reason)

with client.chat.completions.stream(model=model, messages=messages, max_tokens=4) as helper:
    for event in helper:
        pass
    # Its final completion raises when max_tokens ended it, by the client's own design.
    check("the stream helper puts a message together", helper.current_completion_snapshot.choices[0].message.role == "assistant")

logs = client.chat.completions.create(model=model, messages=messages, max_tokens=3, logprobs=True, top_logprobs=2)
check("log-probabilities come per token", len(logs.choices[0].logprobs.content) >= 1)
check("alternatives come with them", len(logs.choices[0].logprobs.content[0].top_logprobs) == 2)

several = client.completions.create(model=model, prompt=["Call me", "def main():"], max_tokens=4, n=2)
check("two prompts and two choices make four", [c.index for c in several.choices] == [0, 1, 2, 3])
echo = client.completions.create(model=model, prompt="Call me Ishmael.", max_tokens=2, echo=True, logprobs=1)
check("echo repeats the prompt", echo.choices[0].text.startswith("Call me Ishmael."))
check("echo has log-probabilities of the prompt", len(echo.choices[0].logprobs.tokens) > 2)
text = "".join(c.choices[0].text for c in client.completions.create(model=model, prompt=[1, 2, 3], max_tokens=4, stream=True) if c.choices)
check("token ids are a prompt", isinstance(text, str))

raises(openai.AuthenticationError, 401, lambda: openai.OpenAI(base_url=base, api_key="sk-wrong", max_retries=0).models.list())
error = raises(openai.NotFoundError, 404, lambda: client.chat.completions.create(model="gpt-9", messages=messages))
check("the code names the cause", error.code == "model_not_found" and error.param == "model")
error = raises(openai.BadRequestError, 400, lambda: client.chat.completions.create(model=model, messages=messages, max_tokens=-1))
check("the param is named", error.param == "max_tokens")
raises(openai.BadRequestError, 400, lambda: client.chat.completions.create(model=model, messages=messages, tools=[{"type": "function", "function": {"name": "f"}}]))
raises(openai.BadRequestError, 400, lambda: client.completions.create(model=model, prompt="word " * 5000))
error = raises(
    openai.RateLimitError,
    429,
    lambda: openai.OpenAI(base_url=base, api_key=poor, max_retries=0).chat.completions.create(model=model, messages=messages),
)
check("an exhausted budget is told apart", error.code == "insufficient_quota")
print(f"openai {openai.__version__}: {done} checks")
