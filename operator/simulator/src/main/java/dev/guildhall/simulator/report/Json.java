package dev.guildhall.simulator.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.simulator.model.Scenario;
import java.util.List;

/** Results as JSON. */
public final class Json {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Json() {}

  /** One object: scenario and its sources, then one entry per load. */
  public static String of(Scenario scenario, List<LoadResult> results) {
    ObjectNode root = JSON.createObjectNode();
    root.set("scenario", JSON.valueToTree(scenario));
    ArrayNode loads = root.putArray("loads");
    for (LoadResult result : results) {
      ObjectNode load = loads.addObject();
      load.put("load", result.load());
      load.put("copies", result.copies());
      load.put("requestsPerSecond", result.requestsPerSecond());
      saved(load, "tunedForEachLoad", result, Tuning.EACH_LOAD);
      saved(load, "tunedForAllLoads", result, Tuning.ALL_LOADS);
      ArrayNode rows = load.putArray("policies");
      result.rows().forEach(row -> rows.add(row(row)));
    }
    return root.toPrettyString();
  }

  private static void saved(ObjectNode load, String name, LoadResult result, Tuning tuning) {
    result
        .bestPeer(tuning)
        .ifPresent(
            peer ->
                load.putObject(name)
                    .put("bestPeer", peer.policy())
                    .put("savedShare", result.saved(peer))
                    .put("onTarget", result.onTarget(peer)));
  }

  private static ObjectNode row(Row row) {
    ObjectNode node = JSON.createObjectNode();
    node.put("policy", row.policy());
    node.put("setting", row.setting());
    node.put("holds", row.holds());
    node.put("sloAttainment", row.outcome().counts().attainment());
    node.put("gpuHours", row.outcome().gpuHours());
    node.put("cost", row.outcome().cost());
    node.set("requests", JSON.valueToTree(row.outcome().counts()));
    return node;
  }
}
