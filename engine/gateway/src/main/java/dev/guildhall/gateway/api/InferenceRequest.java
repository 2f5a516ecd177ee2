package dev.guildhall.gateway.api;

import java.util.List;

/**
 * A checked request of either endpoint, before anything about the model is known.
 *
 * @param chat which endpoint
 * @param choices per prompt
 * @param maxTokens most new tokens per choice; 0: the request did not say
 * @param maxTokensParam the field that said so, for messages
 * @param stops stop strings
 * @param echo repeat the prompt before the completion
 */
public record InferenceRequest(
    boolean chat,
    String model,
    List<Prompt> prompts,
    int choices,
    int maxTokens,
    String maxTokensParam,
    List<String> stops,
    boolean stream,
    boolean includeUsage,
    boolean echo,
    Sampling sampling) {

  /** The field that holds the prompt, for messages. */
  public String promptParam() {
    return chat ? "messages" : "prompt";
  }

  /**
   * Most new tokens when the request did not say: OpenAI's 16 for completions, no bound but the
   * context for chats.
   */
  public int unsaidMaxTokens() {
    return chat ? Integer.MAX_VALUE : 16;
  }
}
