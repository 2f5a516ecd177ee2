package dev.guildhall.devcluster;

import java.time.Instant;
import java.util.List;

/**
 * One request that the API server finished.
 *
 * @param at when it was received
 * @param user who asked, such as {@code system:serviceaccount:guildhall-system:operator}
 * @param groups the user's groups
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code
 *     patch}, {@code delete}, {@code deletecollection}
 * @param apiGroup empty for the core group
 * @param resource plural name, empty for other addresses
 * @param subresource such as {@code status}, or empty
 * @param namespace or empty
 * @param name or empty
 * @param code HTTP status of the answer
 * @param allowed whether RBAC allowed it
 * @param uri path and query
 * @param stage {@code ResponseStarted} for a watch that began, else {@code ResponseComplete} or
 *     {@code Panic}
 */
public record AuditEvent(
    Instant at,
    String user,
    List<String> groups,
    String verb,
    String apiGroup,
    String resource,
    String subresource,
    String namespace,
    String name,
    int code,
    boolean allowed,
    String uri,
    String stage) {

  /** Whether it changes something. */
  public boolean writes() {
    return !verb.equals("get") && !verb.equals("list") && !verb.equals("watch");
  }

  /** Whether the API server refused it for want of a permission. */
  public boolean denied() {
    return !allowed;
  }
}
