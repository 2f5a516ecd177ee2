package dev.guildhall.ledger.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient
class TokenReviewsTest {
  private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";
  private static final String GATEWAY = "system:serviceaccount:guildhall-system:guildhall-gateway";

  KubernetesMockServer server;
  KubernetesClient client;

  private final AtomicLong nanos = new AtomicLong();

  @Test
  void anAllowedAccountGetsItsRolesAndIsAskedForOnceAMinute() {
    server
        .expect()
        .post()
        .withPath(PATH)
        .andReturn(201, review(true, GATEWAY, "guildhall-ledger"))
        .once();
    TokenReviews reviews = reviews();
    assertThat(reviews.authenticate("token").roles()).containsExactly(Role.GATEWAY);
    nanos.set(59_000_000_000L);
    assertThat(reviews.authenticate("token").name())
        .isEqualTo("guildhall-system/guildhall-gateway");

    server.expect().post().withPath(PATH).andReturn(201, review(false, "", "")).once();
    nanos.set(61_000_000_000L);
    assertThatThrownBy(() -> reviews.authenticate("token"))
        .hasMessageContaining("not valid for audience");
  }

  @Test
  void aTokenForAnotherAudienceIsRefused() {
    server
        .expect()
        .post()
        .withPath(PATH)
        .andReturn(201, review(true, GATEWAY, "kubernetes"))
        .once();
    assertThatThrownBy(() -> reviews().authenticate("token"))
        .isInstanceOfSatisfying(AuthException.class, e -> assertThat(e.status()).isEqualTo(401));
  }

  @Test
  void anAccountThatIsNotOnTheListMayDoNothing() {
    String other = "system:serviceaccount:default:default";
    server
        .expect()
        .post()
        .withPath(PATH)
        .andReturn(201, review(true, other, "guildhall-ledger"))
        .once();
    assertThat(reviews().authenticate("token").roles()).isEmpty();
  }

  @Test
  void aFailingApiServerIs503NotARefusal() {
    server.expect().post().withPath(PATH).andReturn(400, "broken").always();
    assertThatThrownBy(() -> reviews().authenticate("token"))
        .isInstanceOfSatisfying(AuthException.class, e -> assertThat(e.status()).isEqualTo(503));
  }

  private TokenReviews reviews() {
    return new TokenReviews(
        client, Map.of("guildhall-system/guildhall-gateway", Set.of(Role.GATEWAY)), nanos::get);
  }

  private static TokenReview review(boolean authenticated, String user, String audience) {
    return new TokenReviewBuilder()
        .withNewStatus()
        .withAuthenticated(authenticated)
        .withAudiences(List.of(audience))
        .withNewUser()
        .withUsername(user)
        .endUser()
        .endStatus()
        .build();
  }
}
