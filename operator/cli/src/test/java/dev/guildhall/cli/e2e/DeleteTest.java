package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code kubectl delete} leaves nothing of a deployment behind; applied again, it serves again. */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class DeleteTest {
  private static final String SAMPLE = "manifests/samples/quickstart.yaml";

  /** What the operator makes in a deployment's namespace, by its label. */
  private static final String KINDS =
      "servingroles,expertplacements,statefulsets,pods,services,secrets,configmaps,networkpolicies,"
          + "poddisruptionbudgets,jobs,podgroups.scheduling.k8s.io";

  @Test
  @DisplayName("delete waits until all is gone; apply brings it back to Ready and to an answer")
  void deletedAndAppliedAgain() throws Exception {
    assertThat(left()).as("there is something to delete").isNotEmpty();
    Shell.kubectl("-n", "quickstart", "delete", "modeldeployment", "small-v3", "--timeout=120s")
        .orFail();
    Shell.kubectl(
            "-n",
            "quickstart",
            "wait",
            "--for=delete",
            "pods",
            "-l",
            "guildhall.dev/deployment=small-v3",
            "--timeout=120s")
        .orFail();
    await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(left()).isEmpty());

    Shell.kubectl("apply", "-f", SAMPLE).orFail();
    Shell.kubectl(
            "-n",
            "quickstart",
            "wait",
            "--for=condition=Ready",
            "modeldeployment/small-v3",
            "--timeout=180s")
        .orFail();
    // The gateway learns of the ranks a moment after they are Ready.
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofSeconds(1))
        .ignoreException(java.io.IOException.class)
        .until(
            () ->
                new Gateway().complete("def main():", 4).at("/usage/completion_tokens").asInt()
                    == 4);
  }

  private static String left() {
    return Shell.kubectl(
            "-n",
            "quickstart",
            "get",
            KINDS,
            "-l",
            "guildhall.dev/deployment=small-v3",
            "--ignore-not-found",
            "-o",
            "name")
        .orFail()
        .strip();
  }
}
