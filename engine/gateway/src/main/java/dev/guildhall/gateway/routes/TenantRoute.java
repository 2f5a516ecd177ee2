package dev.guildhall.gateway.routes;

import java.util.List;
import java.util.Set;

/**
 * What one tenant may do.
 *
 * @param models names of the models it may use
 * @param tokensPerMinute 0: no limit
 * @param requestsInFlight 0: no limit
 */
public record TenantRoute(
    String name, Set<String> models, long tokensPerMinute, int requestsInFlight, List<Key> keys) {

  /**
   * One API key.
   *
   * @param id what usage events and logs call it; never the key
   * @param sha256 SHA-256 of the key, 32 bytes
   */
  public record Key(String id, byte[] sha256) {}
}
