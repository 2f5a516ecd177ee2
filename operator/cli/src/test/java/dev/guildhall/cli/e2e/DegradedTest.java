package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The rank that coordinates dies, whose experts others hold, and finds no node any more: its group
 * goes on without it, says so, and takes it back.
 */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class DegradedTest {
  private static final String ROLE = "servingrole/small-v3-unified";
  private static final String TAINT = "guildhall.dev/test";

  private static void eventually(Callable<Boolean> holds) {
    await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofSeconds(1)).until(holds);
  }

  /** Redundant experts, 96 of which put a copy of each expert on each of the four ranks. */
  private static void redundant(int experts) {
    var before = List.of(Quickstart.ranks("{.items[*].metadata.uid}").split(" "));
    Quickstart.patch(
        "[{\"op\":\"replace\",\"path\":\"/spec/roles/0/redundantExperts\",\"value\":%d}]"
            .formatted(experts));
    eventually(
        () -> {
          String now = Quickstart.ranks("{.items[*].metadata.uid}");
          return Quickstart.isReady("1/1") && before.stream().noneMatch(now::contains);
        });
  }

  private static String degraded() {
    return Quickstart.get(ROLE, "{.status.conditions[?(@.type=='Degraded')].message}");
  }

  /** The rank that keeps the group's membership, by what another one says. */
  private static int coordinator() throws IOException {
    String said =
        Shell.kubectl(
                "get",
                "--raw",
                "/api/v1/namespaces/quickstart/pods/small-v3-unified-0-1:9090/proxy/group")
            .orFail();
    return new ObjectMapper().readTree(said).path("coordinator").intValue();
  }

  private static void openNodes(boolean open) {
    Shell.kubectl("taint", "node", "--all", TAINT + "=:NoSchedule" + (open ? "-" : "")).orFail();
  }

  @AfterEach
  void asBefore() {
    if (!Shell.kubectl("get", "nodes", "-o", "jsonpath={.items[*].spec.taints[*].key}")
        .orFail()
        .isBlank()) {
      openNodes(true);
    }
    redundant(0);
  }

  @Test
  void answersGoOnWithoutTheRankUntilItIsBack() throws Exception {
    redundant(96);
    int lost = coordinator();
    openNodes(false);
    int answered =
        Traffic.during(
            Traffic.prompts("degraded"),
            100,
            () -> {
              Shell.kubectl(
                      "-n",
                      "quickstart",
                      "delete",
                      "pod",
                      "small-v3-unified-0-" + lost,
                      "--grace-period=0",
                      "--force")
                  .orFail();
              eventually(() -> !degraded().isEmpty());
              assertThat(degraded())
                  .contains(
                      "small-v3-unified-0 computes with 3 of 4 ranks (capacity factor 0.75) without rank "
                          + lost);
              Quickstart.soon(
                  () ->
                      assertThat(Quickstart.get("events.events.k8s.io", "{.items[*].reason}"))
                          .contains("RanksMissing"));
              // Longer than a group whose rank finds no node is left where it is.
              Thread.sleep(15_000);
              assertThat(degraded()).isNotEmpty();
              openNodes(true);
              eventually(() -> Quickstart.isReady("1/1") && degraded().isEmpty());
            });
    System.out.printf(
        "coordinating rank %d was away for 15 s and more: %d answers, none wrong or missing%n",
        lost, answered);
    assertThat(answered).isGreaterThan(10);
  }
}
