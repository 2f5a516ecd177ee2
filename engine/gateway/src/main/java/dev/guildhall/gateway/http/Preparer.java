package dev.guildhall.gateway.http;

import dev.guildhall.gateway.GatewayConfig;
import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.api.InferenceRequest;
import dev.guildhall.gateway.api.Prompt;
import dev.guildhall.gateway.engine.Job;
import dev.guildhall.gateway.routes.ModelRoute;
import dev.guildhall.gateway.text.ModelText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Turns prompts into tokens and checks them against the model. */
final class Preparer {

  private final InferenceRequest request;
  private final ModelRoute model;
  private final ModelText text;

  Preparer(InferenceRequest request, ModelRoute model, ModelText text) {
    this.request = request;
    this.model = model;
    this.text = text;
    checkTokenIds();
  }

  /** The job, with an id for every prompt that no other request ever has. */
  static Job prepare(
      InferenceRequest request,
      ModelRoute model,
      Job.Speech speech,
      byte[] salt,
      GatewayConfig.Timeouts timeouts) {
    List<Job.Unit> units = new Preparer(request, model, speech.text()).units();
    return new Job(
        request, model, speech, units, salt, System.nanoTime() + timeouts.request().toNanos());
  }

  private List<Job.Unit> units() {
    List<Job.Unit> units = new ArrayList<>();
    for (Prompt prompt : request.prompts()) {
      int[] ids = tokens(prompt);
      units.add(new Job.Unit("use-" + UUID.randomUUID(), ids, maxTokens(ids.length)));
    }
    return units;
  }

  private int[] tokens(Prompt prompt) {
    return switch (prompt) {
      case Prompt.Chat chat -> encode(render(chat), false);
      case Prompt.Text plain -> encode(plain.text(), true);
      case Prompt.Tokens given -> given.ids().stream().mapToInt(Integer::intValue).toArray();
    };
  }

  private String render(Prompt.Chat chat) {
    try {
      return text.render(chat.messages());
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid(
          "messages", "The model's chat template refuses these messages: " + e.getMessage());
    }
  }

  /** Texts that cannot fit are refused before the work of encoding them. */
  private int[] encode(String prompt, boolean begin) {
    long least =
        prompt.length() <= model.maxContextTokens() ? 0 : bytes(prompt) / text.longestTokenBytes();
    if (least >= model.maxContextTokens()) {
      throw tooLong("more than " + model.maxContextTokens());
    }
    int[] ids = text.encode(prompt, begin);
    if (ids.length == 0) {
      throw ApiException.invalid(request.promptParam(), "The prompt has no tokens.");
    }
    return ids;
  }

  private static long bytes(String prompt) {
    return prompt.getBytes(StandardCharsets.UTF_8).length;
  }

  private int maxTokens(int promptTokens) {
    int room = model.maxContextTokens() - promptTokens;
    if (room < 1) {
      throw tooLong(Integer.toString(promptTokens));
    }
    if (request.maxTokens() == 0) {
      return Math.min(request.unsaidMaxTokens(), room);
    }
    if (request.maxTokens() > room) {
      throw ApiException.contextExceeded(
          request.maxTokensParam(),
          "The model's context has "
              + model.maxContextTokens()
              + " tokens; the prompt takes "
              + promptTokens
              + " of them, so `"
              + request.maxTokensParam()
              + "` can be at most "
              + room
              + ".");
    }
    return request.maxTokens();
  }

  private ApiException tooLong(String tokens) {
    return ApiException.contextExceeded(
        request.promptParam(),
        "The model's context has "
            + model.maxContextTokens()
            + " tokens; the prompt has "
            + tokens
            + ". Shorten the prompt.");
  }

  private void checkTokenIds() {
    int most = text.vocabulary();
    for (Prompt prompt : request.prompts()) {
      if (prompt instanceof Prompt.Tokens given
          && given.ids().stream().anyMatch(id -> id >= most)) {
        throw ApiException.invalid("prompt", "Token ids in `prompt` must be below " + most + ".");
      }
    }
    if (request.sampling().logitBias().keySet().stream().anyMatch(id -> id >= most)) {
      throw ApiException.invalid(
          "logit_bias", "Token ids in `logit_bias` must be below " + most + ".");
    }
    if (request.sampling().stopTokenIds().stream().anyMatch(id -> id >= most)) {
      throw ApiException.invalid(
          "stop_token_ids", "Token ids in `stop_token_ids` must be below " + most + ".");
    }
  }
}
