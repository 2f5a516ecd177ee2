package dev.guildhall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.gateway.support.Api;
import dev.guildhall.gateway.support.Await;
import dev.guildhall.gateway.support.FakeRank;
import dev.guildhall.gateway.support.GatewayTest;
import dev.guildhall.gateway.support.Stack;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests for a model that sleeps. */
@QuarkusTest
@WithTestResource(Stack.class)
class WakeTest extends GatewayTest {
  private static final String ASLEEP = "\"wakes\": true, \"groups\": []";
  private static final String SLEEPY = "{'model': 'sleepy', 'prompt': 'Call me Ishmael.'";

  @ConfigProperty(name = "guildhall.gateway.routes")
  String routes;

  @Inject GatewayMetrics metrics;

  private Path file() {
    return Path.of(routes.substring("file:".length()));
  }

  private void replace(String from, String to) throws IOException {
    String text = Files.readString(file());
    assertThat(text).contains(from);
    Files.writeString(file(), text.replace(from, to));
  }

  private double waiting() {
    return metrics.registry().scrape().stream()
        .filter(s -> s.getMetadata().getName().equals("guildhall_gateway_requests_waiting"))
        .flatMap(s -> s.getDataPoints().stream())
        .filter(p -> "sleepy".equals(p.getLabels().get("model")))
        .mapToDouble(
            p ->
                ((io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot) p)
                    .getValue())
        .sum();
  }

  @AfterEach
  void nobodyWaits() {
    Await.until("nobody waits", () -> waiting() == 0);
  }

  @Test
  void requestsWaitForTheFirstGroupAndAreAnswered() throws IOException {
    CompletableFuture<Api.Reply> whole =
        CompletableFuture.supplyAsync(() -> api.post("/v1/completions", SLEEPY + "}"));
    CompletableFuture<Api.Reply> stream =
        CompletableFuture.supplyAsync(
            () -> api.post("/v1/completions", SLEEPY + ", 'stream': true}"));
    Await.until("two requests wait", () -> waiting() == 2);
    long since = System.nanoTime();
    Await.until("a comment is due", () -> System.nanoTime() - since > 800_000_000L);
    assertThat(whole).isNotDone();
    try (FakeRank rank = new FakeRank("sleepy", "sleepy-0", Stack.model())) {
      String awake =
          "\"wakes\": true, \"groups\": [{\"name\": \"sleepy-0\", \"ranks\": [\"%s\"]}]"
              .formatted(rank.address());
      replace(ASLEEP, awake);
      assertThat(whole.join().status()).isEqualTo(200);
      Api.Reply streamed = stream.join();
      assertThat(streamed.status()).isEqualTo(200);
      assertThat(streamed.text()).contains(": waiting for a rank of the model");
      assertThat(streamed.events()).last().isEqualTo("[DONE]");
      replace(awake, ASLEEP);
    }
  }

  @Test
  void aClientThatHangsUpWaitsNoMore() {
    // A rank of another test may count as usable for a second after it is gone.
    Await.until("one waits", this::waitsUntilItHangsUp);
    Await.until("nobody waits", () -> waiting() == 0);
  }

  private boolean waitsUntilItHangsUp() {
    String body = (SLEEPY + "}").replace('\'', '"');
    try (Socket socket = new Socket("127.0.0.1", Stack.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v1/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
                      + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
                  .formatted(Stack.ACME, body.length(), body)
                  .getBytes(StandardCharsets.UTF_8));
      Thread.sleep(500);
      return waiting() == 1;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Test
  void whatHasNoRankForLongerIsRefused() {
    Api.Reply reply = api.post("/v1/completions", SLEEPY.replace("sleepy", "ghost") + "}");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.error().path("code").asText()).isEqualTo("model_unavailable");
  }
}
