package dev.guildhall.cli.e2e;

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
