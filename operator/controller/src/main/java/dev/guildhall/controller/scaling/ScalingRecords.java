package dev.guildhall.controller.scaling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.controller.kube.Applier;
import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.Owners;
import dev.guildhall.crds.ModelDeployment;
import dev.guildhall.crds.ScalingReport;
import dev.guildhall.crds.ScalingStep;
import dev.guildhall.planner.scaling.ScalingDecision;
import dev.guildhall.planner.scaling.ScalingOption;
import dev.guildhall.planner.scaling.ScalingState;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Keeps the last decision that changed something, with all it depended on, in ConfigMap
 * NAME-scaling: the same state gives the same decision again.
 */
@ApplicationScoped
class ScalingRecords {
  private static final Logger LOG = Logger.getLogger(ScalingRecords.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_STEPS = 16;
  private static final int LONGEST = 512;

  /** What was decided last, as far as it is on record. */
  Optional<ScalingReport> last(ModelDeployment deployment, Applier applier) {
    var found = applier.find(map(deployment, Map.of()));
    if (found == null || found.getData() == null || !found.getData().containsKey("report.json")) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(found.getData().get("report.json"), ScalingReport.class));
    } catch (JsonProcessingException e) {
      LOG.warnf("ConfigMap %s holds no report: %s", found.getMetadata().getName(), e.getMessage());
      return Optional.empty();
    }
  }

  void write(
      ModelDeployment deployment,
      ScalingState state,
      ScalingDecision decision,
      ScalingReport report,
      Applier applier) {
    applier.apply(
        map(
            deployment,
            Map.of(
                "state.json", json(state),
                "decision.json", json(decision),
                "report.json", json(report))));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ConfigMap map(ModelDeployment deployment, Map<String, String> data) {
    var name = deployment.getMetadata().getName();
    return new ConfigMapBuilder()
        .withMetadata(
            Owners.metadata(deployment, name + "-scaling", Labels.ofDeployment(name, "scaling"))
                .build())
        .withData(data)
        .build();
  }

  static ScalingReport report(ScalingState state, ScalingDecision decision) {
    return new ScalingReport(
        Instant.ofEpochMilli(state.atMillis()).toString(),
        steps(decision.chosen(), state),
        steps(decision.rejected(), state),
        held(decision));
  }

  private static List<ScalingStep> steps(List<ScalingOption> options, ScalingState state) {
    return options.stream()
        .limit(MOST_STEPS)
        .map(
            option ->
                new ScalingStep(
                    option.action().toString(),
                    option.costPerHour().toPlainString() + " " + state.pool().currency(),
                    bounded(option.reason(), LONGEST)))
        .toList();
  }

  /** Without ages, which would make every report another one. */
  static String held(ScalingDecision decision) {
    return decision.holds().isEmpty()
        ? null
        : bounded(
            String.join("; ", decision.holds()).replaceAll("are [0-9]+ s old", "are stale"),
            2 * LONGEST);
  }

  static ScalingReport withHeld(ScalingReport report, String held) {
    if (report == null) {
      return held == null ? null : new ScalingReport(null, null, null, held);
    }
    return new ScalingReport(report.decidedAt(), report.chosen(), report.rejected(), held);
  }

  private static String bounded(String text, int most) {
    return text.substring(0, Math.min(most, text.length()));
  }
}
