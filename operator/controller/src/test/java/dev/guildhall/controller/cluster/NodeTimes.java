package dev.guildhall.controller.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.devcluster.DevCluster;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Node states that wait for the ledger in the cluster, and what they must come to. */
record NodeTimes(List<JsonNode> events) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NANO_DIGITS = 9;

  static NodeTimes kept(DevCluster cluster) {
    var list =
        cluster.kubectl(
            "-n",
            "guildhall-system",
            "get",
            "configmaps",
            "-l",
            "app.kubernetes.io/component=node-states",
            "-o",
            "json");
    try {
      var pages = new ArrayList<JsonNode>();
      JSON.readTree(list).path("items").forEach(pages::add);
      pages.sort(Comparator.comparing(page -> page.at("/metadata/name").asText()));
      var events = new ArrayList<JsonNode>();
      for (var page : pages) {
        JSON.readTree(page.path("data").path("events.json").asText()).forEach(events::add);
      }
      return new NodeTimes(events);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  List<String> ids() {
    return events.stream().map(event -> event.path("id").asText()).toList();
  }

  Instant first() {
    return at(0);
  }

  Instant last() {
    return at(events.size() - 1);
  }

  /** GPUs in a state by the last event. */
  int gpusLast(String state) {
    return events.isEmpty() ? 0 : gpus(events.getLast(), state);
  }

  /** GPU-seconds by the ledger's states between first and last event of the one node. */
  Map<String, BigDecimal> gpuSeconds() {
    var sums = new TreeMap<String, BigDecimal>();
    for (int i = 0; i + 1 < events.size(); i++) {
      long nanos = Duration.between(at(i), at(i + 1)).toNanos();
      for (var holding : events.get(i).path("holdings")) {
        var state = holding.path("state").asText();
        var time =
            BigDecimal.valueOf(nanos, NANO_DIGITS)
                .multiply(BigDecimal.valueOf(holding.path("gpus").asInt()));
        // A serving GPU that no request used is reserved.
        sums.merge(state.equals("serving") ? "reserved" : state, time, BigDecimal::add);
      }
    }
    return sums;
  }

  static int gpus(JsonNode event, String state) {
    int sum = 0;
    for (var holding : event.path("holdings")) {
      sum += holding.path("state").asText().equals(state) ? holding.path("gpus").asInt() : 0;
    }
    return sum;
  }

  private Instant at(int index) {
    return Instant.parse(events.get(index).path("at").asText());
  }
}
