package dev.guildhall.ledger;

/**
 * What one request used.
 *
 * @param id unique; repeats are answered alike
 * @param tenant who pays
 * @param key id of the API key
 * @param model model name
 * @param deployment {@code NAMESPACE/NAME}
 * @param group group object that served it
 * @param at nanoseconds since the epoch at which it ended
 * @param promptTokens prompt tokens, cached ones included
 * @param cachedTokens prompt tokens from the prefix cache
 * @param completionTokens generated tokens
 * @param prefillNanos its share of the group's step time in prefill
 * @param decodeNanos its share of the group's step time in decode
 * @param ranks GPUs of the group
 * @param outcome how it ended, such as {@code stop}, {@code length}, {@code cancelled}
 * @param elsewhere what another group did for it
 */
public record Usage(
    String id,
    String tenant,
    String key,
    String model,
    String deployment,
    String group,
    long at,
    long promptTokens,
    long cachedTokens,
    long completionTokens,
    long prefillNanos,
    long decodeNanos,
    int ranks,
    String outcome,
    Elsewhere elsewhere) {

  /**
   * The prompt's computation by a group that does not answer.
   *
   * @param group group object; empty where no other group did anything
   * @param nanos its share of that group's step time
   * @param ranks GPUs of that group
   */
  public record Elsewhere(String group, long nanos, int ranks) {

    /** No other group took part. */
    public static final Elsewhere NONE = new Elsewhere("", 0, 0);
  }
}
