package dev.guildhall.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.gateway.GatewayConfig;
import java.util.List;

/**
 * Reads and checks the bodies of both endpoints. What this server knows and cannot do is refused by
 * name, so that no caller believes it was done; what nobody knows is ignored. {@code cache_salt} is
 * ignored on purpose: the gateway derives it from the tenant.
 */
public final class RequestReader {

  private static final int MOST_STOPS = 16;
  private static final int LONGEST_STOP = 256;
  private static final int CHAT_TOP_LOGPROBS = 20;
  private static final int COMPLETION_LOGPROBS = 20;

  private final GatewayConfig.Limits limits;

  /** Reads requests within these limits. */
  public RequestReader(GatewayConfig.Limits limits) {
    this.limits = limits;
  }

  /**
   * A body of {@code /v1/chat/completions}.
   *
   * @throws ApiException 400 naming the field
   */
  public InferenceRequest chat(ObjectNode body) {
    Fields fields = new Fields(body);
    Unsupported.inChat(fields);
    boolean logprobs = fields.flag("logprobs");
    int top = (int) fields.integer("top_logprobs", 0, 0, CHAT_TOP_LOGPROBS);
    if (top > 0 && !logprobs) {
      throw ApiException.invalid("top_logprobs", "`top_logprobs` needs `logprobs` to be true.");
    }
    String model = fields.text("model");
    List<Prompt> prompts = List.of(new Prompt.Chat(MessageReader.read(fields.get("messages"))));
    String bound = fields.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    return request(
        fields, true, model, prompts, bound, false, SamplingReader.read(fields, logprobs, top));
  }

  /**
   * A body of {@code /v1/completions}.
   *
   * @throws ApiException 400 naming the field
   */
  public InferenceRequest completion(ObjectNode body) {
    Fields fields = new Fields(body);
    Unsupported.inCompletion(fields);
    String model = fields.text("model");
    List<Prompt> prompts = PromptReader.read(fields.get("prompt"), limits.prompts());
    int top = (int) fields.integer("logprobs", -1, 0, COMPLETION_LOGPROBS);
    Sampling sampling = SamplingReader.read(fields, top >= 0, Math.max(0, top));
    return request(fields, false, model, prompts, "max_tokens", fields.flag("echo"), sampling);
  }

  private InferenceRequest request(
      Fields fields,
      boolean chat,
      String model,
      List<Prompt> prompts,
      String bound,
      boolean echo,
      Sampling sampling) {
    int choices = (int) fields.integer("n", 1, 1, limits.choices());
    if (fields.integer("best_of", choices, 1, Integer.MAX_VALUE) != choices) {
      throw ApiException.unsupported("best_of", "`best_of` is not supported unless it equals `n`.");
    }
    boolean stream = fields.flag("stream");
    return new InferenceRequest(
        chat,
        model,
        prompts,
        choices,
        (int) fields.integer(bound, 0, 1, Integer.MAX_VALUE),
        bound,
        fields.texts("stop", MOST_STOPS, LONGEST_STOP),
        stream,
        includeUsage(fields.get("stream_options"), stream),
        echo,
        sampling);
  }

  private static boolean includeUsage(JsonNode options, boolean stream) {
    if (options.isMissingNode() || options.isNull()) {
      return false;
    }
    if (!stream) {
      throw ApiException.invalid(
          "stream_options", "`stream_options` is only allowed when `stream` is true.");
    }
    if (!options.isObject()) {
      throw ApiException.invalid("stream_options", "`stream_options` must be an object.");
    }
    return new Fields((ObjectNode) options).flag("include_usage");
  }
}
