// Drives the gateway with the official OpenAI client for Node, unmodified. Exits non-zero when anything is not as OpenAI's own server has it.
import {createRequire} from "node:module";
import path from "node:path";
import {pathToFileURL} from "node:url";

// The client is installed in a cache folder outside the checkout.
const require = createRequire(pathToFileURL(path.join(process.env.CLIENT_DIR, "package.json")));
const {default: OpenAI} = await import(pathToFileURL(require.resolve("openai")).href);

const {BASE_URL: baseURL, API_KEY: apiKey, POOR_KEY: poorKey, MODEL: model} = process.env;
const client = new OpenAI({baseURL, apiKey, maxRetries: 0});
const messages = [{role: "user", content: "Call me Ishmael."}];
let done = 0;

function check(what, holds) {
  if (!holds) {
    console.error(`not so: ${what}`);
    process.exit(1);
  }
  done++;
}

async function raises(kind, status, call) {
  try {
    await call();
  } catch (error) {
    check(`${kind.name} is raised, not ${error}`, error instanceof kind);
    check(`it has status ${status}`, error.status === status);
    return error;
  }
  check(`${kind.name} is raised`, false);
}

const models = await client.models.list();
check("the model is listed", models.data.some((m) => m.id === model));
check("the model can be had", (await client.models.retrieve(model)).id === model);

const chat = await client.chat.completions.create({model, messages, max_tokens: 8, temperature: 0});
check("a chat has content", chat.choices[0].message.content.length > 0);
check("usage adds up", chat.usage.total_tokens === chat.usage.prompt_tokens + chat.usage.completion_tokens);

let text = "";
let usage;
for await (const chunk of await client.chat.completions.create({
  model, messages, max_tokens: 8, temperature: 0, stream: true, stream_options: {include_usage: true},
})) {
  text += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}
check("a greedy stream says what the whole answer says", text === chat.choices[0].message.content);
check("the stream ends with usage", usage.completion_tokens === chat.usage.completion_tokens);

const aborted = await client.chat.completions.create({model, messages, stream: true});
for await (const chunk of aborted) {
  aborted.controller.abort();
  break;
}
check("a stream can be left", true);

const completion = await client.completions.create({model, prompt: ["Call me", "def main():"], max_tokens: 4});
check("two prompts have two choices", completion.choices.length === 2);

await raises(OpenAI.AuthenticationError, 401, () => new OpenAI({baseURL, apiKey: "sk-wrong", maxRetries: 0}).models.list());
await raises(OpenAI.NotFoundError, 404, () => client.chat.completions.create({model: "gpt-9", messages}));
const bad = await raises(OpenAI.BadRequestError, 400, () => client.chat.completions.create({model, messages, max_tokens: -1}));
check("the param is named", bad.param === "max_tokens");
const quota = await raises(OpenAI.RateLimitError, 429, () =>
  new OpenAI({baseURL, apiKey: poorKey, maxRetries: 0}).chat.completions.create({model, messages}));
check("an exhausted budget is told apart", quota.code === "insufficient_quota");
console.log(`openai for node: ${done} checks`);
