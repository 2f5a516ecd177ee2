package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A deployment goes over to groups for prompts and groups for answers, loses either kind, and goes
 * back, all under traffic: no request fails, no answer changes.
 */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class DivisionTest {
  private static final String ROLE =
      "{\"op\":\"add\",\"path\":\"/spec/roles/-\",\"value\":{\"name\":\"%s\",\"kind\":\"%s\",\"ranksPerGroup\":2,\"groups\":1,\"redundantExperts\":0}}";
  private static final Pattern TRANSFERRED =
      Pattern.compile("(?m)^guildhall_prefill_transferred_tokens_total ([0-9.E]+)$");

  private static void eventually(Callable<Boolean> holds) {
    await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofSeconds(2)).until(holds);
  }

  private static boolean roleReady(String role) {
    return Quickstart.get(
            "servingrole/small-v3-" + role, "{.status.conditions[?(@.type=='Ready')].status}")
        .equals("True");
  }

  /** Tokens that came to the ranks that answer. */
  private static double transferred() {
    return Pod.list("quickstart", "guildhall.dev/role=decode,app.kubernetes.io/component=rank")
        .stream()
        .mapToDouble(rank -> rank.sum(TRANSFERRED))
        .sum();
  }

  private static void delete(String role) {
    String selector =
        "guildhall.dev/deployment=small-v3,guildhall.dev/role=%s,app.kubernetes.io/component=rank"
            .formatted(role);
    Shell.kubectl("-n", "quickstart", "delete", "pod", "-l", selector).orFail();
  }

  @AfterEach
  void asBefore() {
    Quickstart.scale(1);
    if (Quickstart.get(Quickstart.DEPLOYMENT, "{.spec.roles[*].name}").contains("decode")) {
      Quickstart.patch(
          "[{\"op\":\"remove\",\"path\":\"/spec/roles/2\"},{\"op\":\"remove\",\"path\":\"/spec/roles/1\"}]");
    }
    eventually(
        () ->
            Quickstart.isReady("1/1")
                && Quickstart.get("statefulsets", "{.items[*].metadata.name}")
                    .equals("small-v3-unified-0"));
  }

  @Test
  void promptsAndAnswersAreDividedWithoutAnybodyNoticing() throws Exception {
    double[] came = new double[1];
    int answered =
        Traffic.during(
            Traffic.prompts("first"),
            () -> {
              Quickstart.patch(
                  "["
                      + ROLE.formatted("prefill", "Prefill")
                      + ","
                      + ROLE.formatted("decode", "Decode")
                      + "]");
              eventually(() -> Quickstart.isReady("3/3"));
              Quickstart.scale(0);
              eventually(() -> Quickstart.isReady("2/2") && transferred() > 1000);
              came[0] = transferred();
            });
    System.out.printf(
        "%d answers, none wrong or missing, while the deployment was divided; %.0f tokens came from the other group%n",
        answered, came[0]);
    int alone =
        Traffic.during(
            Traffic.prompts("second"),
            () -> {
              Processes.kill("small-v3-prefill-0-0", "small-v3-prefill-0-1");
              Thread.sleep(5000);
              eventually(() -> roleReady("prefill"));
            });
    System.out.printf(
        "%d answers, none wrong or missing, while the ranks for prompts were killed and came back%n",
        alone);
    int other =
        Traffic.during(
            Traffic.prompts("third"),
            () -> {
              delete("decode");
              eventually(() -> roleReady("decode"));
            });
    System.out.printf(
        "%d answers, none wrong or missing, while the ranks for answers were made anew%n", other);
    assertThat(List.of(answered, alone, other)).allMatch(n -> n > 10);
  }
}
