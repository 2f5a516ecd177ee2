package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
  private static final int TRIES_TO_LAY = 5;
  private static final String PLACEMENT = "expertplacement/small-v3-unified";
  private static final List<String> PROMPTS = List.of("def main():", "1 2 3 4 5 6 7 8");

  @BeforeAll
  static void lookOften() {
    Quickstart.operator("GUILDHALL_REBALANCE_SECONDS", 10);
  }

  @AfterAll
  static void lookAsBefore() {
    Quickstart.operator("GUILDHALL_REBALANCE_SECONDS", 60);
  }

  @Test
  void expertsMoveUnderTraffic() throws Exception {
    awaitApplied(lay(UnaryOperator.identity()));
    String pods = pods();
    long epoch = Long.parseLong(Quickstart.get(PLACEMENT, "{.spec.epoch}"));
    int answered =
        Traffic.during(
            PROMPTS,
            () -> {
              awaitApplied(epoch + 1);
              // Answers by the new placement.
              Thread.sleep(5000);
            });
    assertThat(pods()).as("no pod was replaced or restarted").isEqualTo(pods);
    assertThat(Quickstart.get(PLACEMENT, "{.spec.reason}"))
        .matches("balancedness 0\\.\\d+ becomes [01]\\.\\d+ ± .* by moving \\d+ replicas; .*");
    Quickstart.soon(
        () ->
            assertThat(Quickstart.get("events.events.k8s.io", "{.items[*].reason}"))
                .contains("Rebalanced"));
    System.out.printf(
        "%d answers, longest pause of a rank %.3f s; %s%n",
        answered, longestPause(), Quickstart.get(PLACEMENT, "{.spec.reason}"));
  }

  /** With copies of some experts, so that weights have something to choose. */
  @Test
  void expertsMoveAndTokensAreSplitUnderTraffic() throws Exception {
    // The operator may know enough of the loads to begin at once: first it is to leave them alone.
    reshape("Off", 8);
    try {
      String pods = pods();
      double[] seen = new double[2];
      int answered =
          Traffic.during(
              PROMPTS,
              () -> {
                seen[0] = rowsAreBalanced();
                Quickstart.patch(
                    "[{\"op\":\"replace\",\"path\":\"/spec/roles/0/rebalance\",\"value\":\"Weighted\"}]");
                await()
                    .atMost(Duration.ofMinutes(6))
                    .until(() -> !Quickstart.get(PLACEMENT, "{.spec.weights}").isEmpty());
                awaitApplied(Long.parseLong(Quickstart.get(PLACEMENT, "{.spec.epoch}")));
                seen[1] = rowsAreBalanced();
              });
      String reason = Quickstart.get(PLACEMENT, "{.spec.reason}");
      System.out.printf(
          "%d answers, longest pause of a rank %.3f s; rows that ranks computed: balancedness %.3f, then %.3f; %s%n",
          answered, longestPause(), seen[0], seen[1], reason);
      assertThat(reason)
          .matches(
              "balancedness 0\\.\\d+ becomes [01]\\.\\d+ ± .* by moving \\d+ replicas and by other weights; .*");
      Quickstart.soon(
          () ->
              assertThat(Quickstart.get("events.events.k8s.io", "{.items[*].reason}"))
                  .contains("Rebalanced"));
      assertThat(seen[1]).as("balancedness of the rows computed").isGreaterThan(seen[0] + 0.1);
      assertThat(pods()).as("no pod was replaced or restarted").isEqualTo(pods);
    } finally {
      // As the sample has it, not only alike: other tests apply it again.
      changed(() -> Shell.kubectl("apply", "-f", "manifests/samples/quickstart.yaml").orFail());
    }
  }

  private static void reshape(String rebalance, int redundantExperts) {
    changed(
        () ->
            Quickstart.patch(
                """
                [{"op":"add","path":"/spec/roles/0/rebalance","value":"%s"},
                 {"op":"replace","path":"/spec/roles/0/redundantExperts","value":%d}]"""
                    .formatted(rebalance, redundantExperts)));
  }

  private static void changed(Runnable change) {
    String generation = Quickstart.get(Quickstart.DEPLOYMENT, "{.metadata.generation}");
    change.run();
    await()
        .atMost(Duration.ofMinutes(6))
        .pollInterval(Duration.ofSeconds(2))
        .until(
            () ->
                !Quickstart.get(Quickstart.DEPLOYMENT, "{.status.observedGeneration}")
                        .equals(generation)
                    && Quickstart.isReady("1/1"));
  }

  /** Mean over layers of mean ÷ most rows that a rank computes in ten seconds from now. */
  private static double rowsAreBalanced() throws Exception {
    long[][] before = rows();
    Thread.sleep(10_000);
    long[][] after = rows();
    return IntStream.range(0, before[0].length)
        .mapToDouble(
            layer -> {
              var ranks =
                  IntStream.range(0, before.length)
                      .mapToLong(rank -> after[rank][layer] - before[rank][layer])
                      .summaryStatistics();
              return ranks.getAverage() / ranks.getMax();
            })
        .average()
        .orElseThrow();
  }

  private static long[][] rows() throws IOException {
    String[] names = Quickstart.ranks("{.items[*].metadata.name}").split(" ");
    long[][] rows = new long[names.length][];
    for (int rank = 0; rank < names.length; rank++) {
      rows[rank] = JSON.treeToValue(experts(names[rank]).path("rows"), long[].class);
    }
    return rows;
  }

  private static JsonNode experts(String pod) throws IOException {
    return JSON.readTree(
        Shell.kubectl(
                "get",
                "--raw",
                "/api/v1/namespaces/quickstart/pods/%s:9090/proxy/experts".formatted(pod))
            .orFail());
  }

  @Test
  void aRankThatDiesWhileExpertsMoveComesBackWithThem() throws Exception {
    awaitApplied(lay(UnaryOperator.identity()));
    var seen =
        Traffic.throughFaults(
            PROMPTS,
            () -> {
              long next = lay(List::reversed);
              Processes.kill("small-v3-unified-0-1");
              awaitApplied(next);
              await()
                  .atMost(Duration.ofMinutes(3))
                  .pollInterval(Duration.ofSeconds(2))
                  .until(
                      () -> Quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"),
                      "1/1"::equals);
              Thread.sleep(5000);
            });
    System.out.printf(
        "a rank killed while experts moved: %d answers, none wrong, %d errors, none hung%n",
        seen.answered(), seen.failed());
    assertThat(seen.answered()).isGreaterThan(10);
    assertThat(seen.failed()).isLessThan(seen.answered());
  }

  /** Has experts lie in an order, whatever was moved before; returns the placement's epoch. */
  private static long lay(UnaryOperator<List<Integer>> order) throws IOException {
    JsonNode layers = JSON.readTree(Quickstart.get(PLACEMENT, "{.spec.layers}"));
    ArrayNode ordered = JSON.createArrayNode();
    for (JsonNode layer : layers) {
      ArrayNode slots = ordered.addArray();
      order.apply(IntStream.range(0, layer.size()).boxed().toList()).forEach(slots::add);
    }
    for (int tries = 1; ; tries++) {
      long next = Long.parseLong(Quickstart.get(PLACEMENT, "{.spec.epoch}")) + 1;
      String patch = "{\"spec\":{\"epoch\":%d,\"layers\":%s}}".formatted(next, ordered);
      var patched =
          Shell.kubectl("-n", "quickstart", "patch", PLACEMENT, "--type=merge", "-p", patch);
      // The operator may have written a placement meanwhile.
      if (tries == TRIES_TO_LAY || !patched.out().contains("raise spec.epoch")) {
        patched.orFail();
        return next;
      }
    }
  }

  private static void awaitApplied(long epoch) {
    await()
        .atMost(Duration.ofMinutes(6))
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> applied() >= epoch);
  }

  private static long applied() {
    String epoch = Quickstart.get(PLACEMENT, "{.status.appliedEpoch}");
    return epoch.isEmpty() ? 0 : Long.parseLong(epoch);
  }

  private static String pods() {
    return Quickstart.ranks(
        "{range .items[*]}{.metadata.uid} {.status.containerStatuses[0].restartCount};{end}");
  }

  private static double longestPause() throws IOException {
    double longest = 0;
    String names = Quickstart.ranks("{.items[*].metadata.name}");
    for (String name : names.split(" ")) {
      longest = Math.max(longest, experts(name).path("pauseSeconds").asDouble());
    }
    return longest;
  }
}
