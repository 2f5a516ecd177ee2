package dev.guildhall.ledger.auth;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Asks Kubernetes who a service-account token belongs to. Answers are kept for a minute under the
 * token's hash, so a revoked token works at most that long.
 */
final class TokenReviews implements Authenticator {
  static final String AUDIENCE = "guildhall-ledger";
  private static final long KEPT_NANOS = 60_000_000_000L;
  private static final int KEPT = 1000;
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

  private record Known(Caller caller, long until) {}

  private final KubernetesClient client;
  private final Map<String, Set<Role>> allowed;
  private final LongSupplier monotonicNanos;
  private final Map<String, Known> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > KEPT;
        }
      };

  /** With roles by {@code NAMESPACE/NAME} of the service account. */
  TokenReviews(
      KubernetesClient client, Map<String, Set<Role>> allowed, LongSupplier monotonicNanos) {
    this.client = client;
    this.allowed = Map.copyOf(allowed);
    this.monotonicNanos = monotonicNanos;
  }

  @Override
  public Caller authenticate(String token) {
    String hash = sha256(token);
    long now = monotonicNanos.getAsLong();
    synchronized (known) {
      Known answer = known.get(hash);
      if (answer != null && answer.until() - now > 0) {
        return answer.caller();
      }
      known.remove(hash);
    }
    Caller caller = review(token);
    synchronized (known) {
      known.put(hash, new Known(caller, now + KEPT_NANOS));
    }
    return caller;
  }

  private Caller review(String token) {
    TokenReview review =
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(token)
            .withAudiences(AUDIENCE)
            .endSpec()
            .build();
    TokenReview answer;
    try {
      answer = client.resource(review).create();
    } catch (KubernetesClientException e) {
      throw new AuthException(503, "Kubernetes cannot check the token now", e);
    }
    var status = answer.getStatus();
    if (status == null
        || !Boolean.TRUE.equals(status.getAuthenticated())
        || !status.getAudiences().contains(AUDIENCE)) {
      throw new AuthException(401, "the token is not valid for audience " + AUDIENCE);
    }
    String user = status.getUser().getUsername();
    String account =
        user.startsWith(SERVICE_ACCOUNT)
            ? user.substring(SERVICE_ACCOUNT.length()).replace(':', '/')
            : user;
    return new Caller(account, allowed.getOrDefault(account, Set.of()));
  }

  private static String sha256(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
