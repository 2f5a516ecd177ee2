package dev.guildhall.controller.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Conditions that kubectl, Argo CD and Flux understand through kstatus: Ready always, Reconciling
 * and Stalled only while true, never both. A transition time moves only with its status.
 */
public final class Conditions {

  private static final int LONGEST_MESSAGE = 2048;

  private Conditions() {}

  /** The conditions that say {@code outcome} about {@code generation}. */
  public static List<Condition> of(
      Outcome outcome, Long generation, List<Condition> old, Instant now) {
    var conditions = new ArrayList<Condition>();
    boolean ready = outcome.state() == Outcome.State.READY;
    conditions.add(condition("Ready", ready ? "True" : "False", outcome, generation, old, now));
    if (!ready) {
      var abnormal = outcome.state() == Outcome.State.STALLED ? "Stalled" : "Reconciling";
      conditions.add(condition(abnormal, "True", outcome, generation, old, now));
    }
    return conditions;
  }

  /** One more that is true, besides how the resource stands. */
  static Condition abnormal(
      String type, Outcome why, Long generation, List<Condition> old, Instant now) {
    return condition(type, "True", why, generation, old, now);
  }

  /** Whether the resource is ready and says so about this generation. */
  public static boolean isReady(List<Condition> conditions, Long generation) {
    return conditions != null
        && conditions.stream()
            .anyMatch(
                c ->
                    c.getType().equals("Ready")
                        && c.getStatus().equals("True")
                        && Objects.equals(c.getObservedGeneration(), generation));
  }

  /** Whether the outcome's reason is another than the one last told. */
  static boolean isNews(Outcome outcome, List<Condition> old) {
    return old == null
        || old.stream()
            .noneMatch(c -> c.getType().equals("Ready") && c.getReason().equals(outcome.reason()));
  }

  private static Condition condition(
      String type,
      String status,
      Outcome outcome,
      Long generation,
      List<Condition> old,
      Instant now) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(outcome.reason())
        .withMessage(shortened(outcome.message()))
        .withObservedGeneration(generation)
        .withLastTransitionTime(since(type, status, old, now))
        .build();
  }

  private static String since(String type, String status, List<Condition> old, Instant now) {
    return (old == null ? List.<Condition>of() : old)
        .stream()
            .filter(c -> c.getType().equals(type) && c.getStatus().equals(status))
            .map(Condition::getLastTransitionTime)
            .findFirst()
            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }
}
