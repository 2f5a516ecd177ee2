package dev.guildhall.engine.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OperationsTest {

  private static HttpResponse<String> get(Rank rank, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + rank.httpPort() + path);
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .build()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void everyMetricOfTheRegistryIsExposedAndReadinessFollowsTheGroup() throws Exception {
    try (TestGroup group = new TestGroup(TestGroup.sample(), 1)) {
      group.awaitReady();
      group.greedy(0, "a", new int[] {0, 5, 6}, 4);
      String exposed = get(group.rank(0), "/metrics").body();
      for (MetricSpec spec : EngineMetrics.ALL) {
        String type = spec.type().name().toLowerCase(Locale.ROOT);
        assertThat(exposed).contains("# TYPE " + spec.name() + " " + type);
        assertThat(exposed).contains("# HELP " + spec.name() + " ");
      }
      // One token of warm-up, four of the request.
      assertThat(exposed).contains("guildhall_generation_tokens_total 5.0");
      assertThat(exposed)
          .contains("guildhall_request_success_total{finished_reason=\"length\"} 2.0");
      assertThat(get(group.rank(0), "/livez").statusCode()).isEqualTo(200);
      assertThat(get(group.rank(0), "/readyz").statusCode()).isEqualTo(200);
      group.rank(0).drain(Duration.ZERO);
      assertThat(get(group.rank(0), "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(group.rank(0), "/readyz").body()).contains("draining");
      assertThat(get(group.rank(0), "/livez").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @Timeout(60)
  void probesAreAnsweredWhileOtherClientsSendSlowly() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (TestGroup group = new TestGroup(TestGroup.sample(), 1)) {
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket("127.0.0.1", group.rank(0).httpPort());
        socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost:".getBytes(US_ASCII));
        slow.add(socket);
      }
      assertThat(get(group.rank(0), "/livez").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void balancednessIsOneWhenEvenAndFallsWithTheBusiestExpert() {
    assertThat(StatusMetrics.balancedness(new long[][] {{0, 0}})).isEqualTo(1);
    assertThat(StatusMetrics.balancedness(new long[][] {{5, 5}, {0, 0}})).isEqualTo(1);
    assertThat(StatusMetrics.balancedness(new long[][] {{4, 0}, {1, 1}}))
        .isCloseTo(0.75, within(1e-9));
  }
}
