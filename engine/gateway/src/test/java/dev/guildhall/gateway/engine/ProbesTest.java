package dev.guildhall.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.support.Await;
import dev.guildhall.gateway.support.GatewayTest;
import dev.guildhall.gateway.support.Stack;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fixed prompts to a version that is tried, the right group, and to the one in force. */
@QuarkusTest
@WithTestResource(Stack.class)
class ProbesTest extends GatewayTest {

  @Inject Probes probes;
  @Inject Ranks ranks;
  @Inject GatewayMetrics metrics;

  @ConfigProperty(name = "guildhall.gateway.routes")
  String routes;

  private String before;

  private Path file() {
    return Path.of(routes.substring("file:".length()));
  }

  @BeforeEach
  void tried() throws IOException {
    before = Files.readString(file());
    String group = "\"name\": \"pair-1\"";
    Files.writeString(
        file(), before.replace(group, group + ", \"weightPercent\": 0, \"probed\": true"));
    Await.until(
        "the right group is tried",
        () ->
            ranks.usable("pair").stream().anyMatch(RankClient::probed)
                && ranks.usable("pair").size() == 2);
    left.requests().clear();
  }

  @AfterEach
  void notTried() throws IOException {
    Files.writeString(file(), before);
    Await.until(
        "both are alike", () -> ranks.usable("pair").stream().noneMatch(RankClient::probed));
  }

  private double tokens(String result) {
    return metrics.registry().scrape().stream()
        .filter(s -> s.getMetadata().getName().equals("guildhall_gateway_lane_probe_tokens"))
        .flatMap(s -> s.getDataPoints().stream())
        .filter(p -> result.equals(p.getLabels().get("result")))
        .mapToDouble(p -> ((CounterSnapshot.CounterDataPointSnapshot) p).getValue())
        .sum();
  }

  /** Of the writer: greedy, and its tokenizer's own ids. */
  private double written() {
    assertThat(left.requests())
        .isNotEmpty()
        .allSatisfy(
            request -> {
              assertThat(request.getRequestId()).startsWith("probe-");
              assertThat(request.getSampling().getTemperature()).isZero();
              assertThat(request.getMaxTokens()).isEqualTo(Probe.TOKENS);
            });
    int each = Math.min(Probe.TOKENS, left.tokenizer().encode(left.calm().says()).length);
    return left.requests().size() * (double) each;
  }

  @Test
  void whatTheTriedVersionWouldWriteTooAgrees() {
    double agreed = tokens("agreed");
    double differed = tokens("differed");
    probes.round();
    assertThat(tokens("agreed") - agreed).isEqualTo(written());
    assertThat(tokens("differed")).isEqualTo(differed);
  }

  @Test
  void whatItWouldNotWriteDiffers() {
    right.behave(right.calm().says(" something else"));
    double differed = tokens("differed");
    probes.round();
    assertThat(tokens("differed") - differed).isEqualTo(written());
  }

  @Test
  void whatItDoesNotAnswerIsNoDifference() {
    right.behave(right.calm().refuses(io.grpc.Status.INTERNAL));
    double differed = tokens("differed");
    double agreed = tokens("agreed");
    right.requests().clear();
    probes.round();
    assertThat(right.requests()).as("it was asked").isNotEmpty();
    assertThat(tokens("differed")).isEqualTo(differed);
    assertThat(tokens("agreed")).isEqualTo(agreed);
  }

  @Test
  void withoutARankOfTheVersionInForceNobodyIsAsked() {
    left.behave(left.calm().isDraining());
    Await.until("the left is left out", () -> ranks.usable("pair").size() == 1);
    right.requests().clear();
    probes.round();
    assertThat(right.requests()).isEmpty();
  }
}
