package dev.guildhall.cli.e2e;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.Collectors;
import org.awaitility.core.ThrowingRunnable;

/** What tests ask of the quickstart's deployment and its operator. */
final class Quickstart {

  static final String DEPLOYMENT = "modeldeployment/small-v3";

  private Quickstart() {}

  /** What a JSONPath of an object in its namespace says. */
  static String get(String what, String path) {
    return Shell.kubectl("-n", "quickstart", "get", what, "-o", "jsonpath=" + path)
        .orFail()
        .strip();
  }

  /**
   * Waits half a minute at most until an assertion holds: what the operator writes of one thing in
   * several places comes one after the other.
   */
  static void soon(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(assertion);
  }

  /** Lines of the operator's metrics page with this name. */
  static String operatorMetrics(String name) {
    return Shell.kubectl(
            "get",
            "--raw",
            "/api/v1/namespaces/guildhall-system/services/guildhall-operator-metrics:metrics/proxy/metrics")
        .orFail()
        .lines()
        .filter(line -> line.startsWith(name))
        .collect(Collectors.joining("\n"));
  }

  /** Wants so many groups of the role for whole requests. */
  static void scale(int groups) {
    Shell.kubectl(
            "-n", "quickstart", "scale", "servingrole/small-v3-unified", "--replicas=" + groups)
        .orFail();
  }

  /** Whether the deployment is ready with these groups, such as {@code 1/1}. */
  static boolean isReady(String groups) {
    return get(DEPLOYMENT, "{.status.readyGroups} {.status.conditions[?(@.type=='Ready')].status}")
        .equals(groups + " True");
  }

  /** What a JSONPath of the list of the deployment's rank pods says. */
  static String ranks(String path) {
    return Shell.kubectl(
            "-n",
            "quickstart",
            "get",
            "pods",
            "-l",
            "guildhall.dev/deployment=small-v3,app.kubernetes.io/component=rank",
            "-o",
            "jsonpath=" + path)
        .orFail()
        .strip();
  }

  /** Applies a JSON patch to the deployment. */
  static void patch(String json) {
    Shell.kubectl("-n", "quickstart", "patch", DEPLOYMENT, "--type=json", "-p", json).orFail();
  }

  /** Sets a variable of the operator and waits until it runs with it. */
  static void operator(String variable, int value) {
    Shell.kubectl(
            "-n",
            "guildhall-system",
            "set",
            "env",
            "deployment/guildhall-operator",
            variable + "=" + value)
        .orFail();
    Shell.kubectl("-n", "guildhall-system", "rollout", "status", "deployment/guildhall-operator")
        .orFail();
  }
}
