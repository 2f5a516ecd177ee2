package dev.guildhall.cli.up;

import dev.guildhall.devcluster.Progress;
import java.time.Duration;
import java.util.List;

/** What {@code up} says when it is done. */
final class Report {

  private Report() {}

  static String text(
      FirstAnswer.Answer answer, List<Progress.Timing> timings, Platform platform, String key) {
    StringBuilder text = new StringBuilder();
    text.append("\nQ: ").append(FirstAnswer.QUESTION);
    text.append("\nA: ").append(answer.text().strip());
    text.append(
        "\n\nTokens: %d in, %d out. Charged to tenant %s: %s %s. This month so far: %s %s.\n"
            .formatted(
                answer.promptTokens(),
                answer.completionTokens(),
                Quickstart.TENANT,
                answer.charge().toPlainString(),
                answer.currency(),
                answer.monthToDate(),
                answer.currency()));
    if (answer.brokenOff() > 0) {
      text.append(
          "Attempts that broke off before the answer came: %d, charged: %s %s.\n"
              .formatted(
                  answer.brokenOff(), answer.chargeOfThose().toPlainString(), answer.currency()));
    }
    text.append("The model is a small trained sample, so its words are thin; its GPUs are CPUs.\n");
    text.append(times(timings));
    text.append(next(platform, key));
    return text.toString();
  }

  /** One line per step, and their sum. */
  static String times(List<Progress.Timing> timings) {
    StringBuilder text = new StringBuilder("\nWhere the time went\n");
    Duration sum = Duration.ZERO;
    for (Progress.Timing timing : timings) {
      text.append("  %-44s %12s%n".formatted(timing.step(), Progress.seconds(timing.took())));
      sum = sum.plus(timing.took());
    }
    return text.append("  %-44s %12s%n".formatted("together", Progress.seconds(sum))).toString();
  }

  private static String next(Platform platform, String key) {
    return """

    What to try next
      export KUBECONFIG=%s        # or use ./guildhall kubectl
      ./guildhall kubectl get guildhall -A
      ./guildhall kubectl -n quickstart scale servingrole/small-v3-unified --replicas=2
      ./guildhall cost
      ./guildhall kubectl -n guildhall-system port-forward service/guildhall-gateway 8080:80 &
      curl http://127.0.0.1:8080/v1/chat/completions -H "Authorization: Bearer %s" -H "Content-Type: application/json" \\
        -d '{"model": "small-v3", "messages": [{"role": "user", "content": "Hello"}]}'
      ./guildhall down
    """
        .formatted(platform.kubeconfig(), key);
  }
}
