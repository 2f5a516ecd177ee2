package dev.guildhall.gateway.ledger;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What one prompt with all its choices used, as the ledger takes it. Its id is made before the
 * request starts, is also the reservation's id and travels to the engine, so that the event can be
 * written any number of times and counts once.
 *
 * @param key id of the API key, never the key
 * @param deployment {@code NAMESPACE/NAME}
 * @param group the group that answered
 * @param at RFC 3339 UTC with nanoseconds
 * @param promptTokens cached ones included, counted once for all choices
 * @param prefillNanos the request's share of the steps' wall time
 * @param ranks of the group: one nanosecond of a step costs this many GPU-nanoseconds over its
 *     ranks
 * @param outcome {@code stop}, {@code length}, {@code cancelled}, {@code error} or {@code
 *     gateway_lost}
 * @param elsewhere what another group did for it; null where none did
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record UsageEvent(
    String id,
    String tenant,
    String key,
    String model,
    String deployment,
    String group,
    String at,
    int promptTokens,
    int cachedTokens,
    int completionTokens,
    long prefillNanos,
    long decodeNanos,
    int ranks,
    String outcome,
    @JsonInclude(JsonInclude.Include.NON_NULL) Elsewhere elsewhere) {

  /**
   * The prompt's computation by a group that does not answer.
   *
   * @param nanos the request's share of the steps' wall time
   * @param ranks of that group
   */
  public record Elsewhere(String group, long nanos, int ranks) {}
}
