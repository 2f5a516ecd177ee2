package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Under traffic the operator sees that some ranks' experts are busier than others', writes another
 * placement, and the ranks go over to it: no request fails, no answer changes, no pod restarts.
 */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class RebalanceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PLACEMENT = "expertplacement/small-v3-unified";
  private static final String RANKS =
      "guildhall.dev/deployment=small-v3,app.kubernetes.io/component=rank";
  private static final int TOKENS = 8;
  private static final List<String> PROMPTS = List.of("def main():", "1 2 3 4 5 6 7 8");

  private final Gateway gateway = new Gateway();

  @BeforeEach
  void lookOften() {
    Quickstart.operator("GUILDHALL_REBALANCE_SECONDS", 10);
  }

  @AfterEach
  void lookAsBefore() {
    Quickstart.operator("GUILDHALL_REBALANCE_SECONDS", 60);
  }

  private String answer(String prompt) throws IOException, InterruptedException {
    return gateway.complete(prompt, TOKENS).at("/choices/0/text").asText();
  }

  @Test
  void expertsMoveUnderTraffic() throws Exception {
    Map<String, String> expected = new ConcurrentHashMap<>();
    for (String prompt : PROMPTS) {
      expected.put(prompt, answer(prompt));
    }
    inOrder();
    String pods = pods();
    long epoch = Long.parseLong(Quickstart.get(PLACEMENT, "{.spec.epoch}"));
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> traffic = new ArrayList<>();
      for (String prompt : PROMPTS) {
        traffic.add(
            clients.submit(
                () -> {
                  while (!stop.get()) {
                    assertThat(answer(prompt)).isEqualTo(expected.get(prompt));
                    answered.incrementAndGet();
                    // Two cores are to be left something for the operator.
                    Thread.sleep(100);
                  }
                  return null;
                }));
      }
      try {
        await()
            .atMost(Duration.ofMinutes(6))
            .pollInterval(Duration.ofSeconds(3))
            .until(() -> applied() > epoch || traffic.stream().anyMatch(Future::isDone));
        int before = answered.get();
        await().atMost(Duration.ofMinutes(1)).until(() -> answered.get() > before + 8);
      } finally {
        stop.set(true);
      }
      for (Future<?> each : traffic) {
        each.get(90, TimeUnit.SECONDS);
      }
    }
    assertThat(pods()).as("no pod was replaced or restarted").isEqualTo(pods);
    assertThat(Quickstart.get(PLACEMENT, "{.spec.reason}"))
        .matches("balancedness 0\\.\\d+ becomes [01]\\.\\d+ ± .* by moving \\d+ replicas; .*");
    assertThat(Quickstart.get("events.events.k8s.io", "{.items[*].reason}")).contains("Rebalanced");
    System.out.printf(
        "%d answers, longest pause of a rank %.3f s; %s%n",
        answered.get(), longestPause(), Quickstart.get(PLACEMENT, "{.spec.reason}"));
  }

  /** Experts lie as in the beginning, whatever was moved before. */
  private static void inOrder() throws IOException {
    JsonNode layers = JSON.readTree(Quickstart.get(PLACEMENT, "{.spec.layers}"));
    ArrayNode ordered = JSON.createArrayNode();
    for (JsonNode layer : layers) {
      ArrayNode slots = ordered.addArray();
      IntStream.range(0, layer.size()).forEach(slots::add);
    }
    long next = Long.parseLong(Quickstart.get(PLACEMENT, "{.spec.epoch}")) + 1;
    String patch = "{\"spec\":{\"epoch\":%d,\"layers\":%s}}".formatted(next, ordered);
    Shell.kubectl("-n", "quickstart", "patch", PLACEMENT, "--type=merge", "-p", patch).orFail();
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> applied() == next);
  }

  private static long applied() {
    String epoch = Quickstart.get(PLACEMENT, "{.status.appliedEpoch}");
    return epoch.isEmpty() ? 0 : Long.parseLong(epoch);
  }

  private static String pods() {
    return Shell.kubectl(
            "-n",
            "quickstart",
            "get",
            "pods",
            "-l",
            RANKS,
            "-o",
            "jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[0].restartCount};{end}")
        .orFail()
        .strip();
  }

  private static double longestPause() throws IOException {
    double longest = 0;
    String names =
        Shell.kubectl(
                "-n",
                "quickstart",
                "get",
                "pods",
                "-l",
                RANKS,
                "-o",
                "jsonpath={.items[*].metadata.name}")
            .orFail()
            .strip();
    for (String name : names.split(" ")) {
      String answer =
          Shell.kubectl(
                  "get",
                  "--raw",
                  "/api/v1/namespaces/quickstart/pods/%s:9090/proxy/experts".formatted(name))
              .orFail();
      longest = Math.max(longest, JSON.readTree(answer).path("pauseSeconds").asDouble());
    }
    return longest;
  }
}
