package dev.guildhall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.gateway.support.Api;
import dev.guildhall.gateway.support.Await;
import dev.guildhall.gateway.support.FakeRank;
import dev.guildhall.gateway.support.GatewayTest;
import dev.guildhall.gateway.support.Stack;
import dev.guildhall.proto.v1.GenerateRequest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The left group computes prompts, the right one goes on with them. */
@QuarkusTest
@WithTestResource(Stack.class)
class DivisionTest extends GatewayTest {

  @BeforeEach
  void divide() throws IOException {
    reroute("pair-0", "\"work\": \"prefill\"");
    reroute("pair-1", "\"work\": \"decode\"");
    Await.until(
        "the roles are known",
        () -> {
          right.requests().clear();
          for (int i = 0; i < 8; i++) {
            complete(100);
          }
          return right.requests().stream().allMatch(r -> helper(r).equals(left.address()))
              && right.requests().size() == 8;
        });
    forget();
  }

  @AfterEach
  void undivided() throws IOException {
    calmRanks();
    left.holds("sha256:1");
    restoreRoutes();
    Await.until(
        "nobody helps",
        () -> {
          forget();
          for (int i = 0; i < 20; i++) {
            complete(100);
          }
          return !left.requests().isEmpty() && right.requests().stream().allMatch(this::alone);
        });
  }

  private void forget() {
    left.requests().clear();
    right.requests().clear();
  }

  private static String helper(GenerateRequest request) {
    return request.getPrefillRank();
  }

  private boolean alone(GenerateRequest request) {
    return helper(request).isEmpty();
  }

  /** Words that no cache has. */
  private Api.Reply complete(int words) {
    String prompt = UUID.randomUUID() + " one".repeat(words);
    return api.post(
        "/v1/completions", "{'model': 'pair', 'max_tokens': 2, 'prompt': '%s'}".formatted(prompt));
  }

  private static GenerateRequest only(FakeRank rank) {
    assertThat(rank.requests()).hasSize(1);
    return rank.requests().getFirst();
  }

  @Test
  void bothGroupsAreInTheBill() {
    assertThat(complete(100).status()).isEqualTo(200);
    assertThat(left.requests()).as("only the other rank calls it").isEmpty();
    GenerateRequest request = only(right);
    assertThat(helper(request)).isEqualTo(left.address());
    Await.until("it is committed", () -> ledger.usage().containsKey(request.getRequestId()));
    JsonNode usage = ledger.usage().get(request.getRequestId());
    assertThat(usage.path("group").asText()).isEqualTo("pair-1");
    assertThat(usage.path("elsewhere").toString())
        .isEqualTo("{\"group\":\"pair-0\",\"nanos\":5000000,\"ranks\":3}");
  }

  @Test
  void aShortPromptIsComputedWhereItIsAnswered() {
    assertThat(complete(3).status()).isEqualTo(200);
    assertThat(helper(only(right))).isEmpty();
  }

  @Test
  void aCachedPromptIsComputedWhereItIsAnswered() {
    String body =
        "{'model': 'pair', 'max_tokens': 2, 'prompt': '%s'}"
            .formatted(UUID.randomUUID() + " two".repeat(100));
    api.post("/v1/completions", body);
    api.post("/v1/completions", body);
    assertThat(right.requests())
        .extracting(DivisionTest::helper)
        .containsExactly(left.address(), "");
  }

  @Test
  void withoutAGroupForAnswersThePromptsGroupAnswers() {
    right.behave(right.calm().notReady());
    Await.until("the right is seen", () -> complete(100).status() == 200 && noneLeft());
    assertThat(left.requests()).allMatch(this::alone);
  }

  private boolean noneLeft() {
    return !left.requests().isEmpty();
  }

  @Test
  void withoutAGroupForPromptsTheAnswersGroupComputesThem() {
    left.behave(left.calm().notReady());
    Await.until(
        "the left is seen",
        () -> {
          forget();
          return complete(100).status() == 200 && alone(only(right));
        });
  }

  @Test
  void aGroupWithOtherWeightsDoesNotHelp() {
    left.holds("sha256:2");
    Await.until(
        "the left is seen",
        () -> {
          forget();
          return complete(100).status() == 200 && alone(only(right));
        });
  }
}
