package dev.guildhall.controller.scaling;

import dev.guildhall.controller.signals.MetricsPage;
import dev.guildhall.controller.signals.Snapshot;
import dev.guildhall.controller.signals.Snapshot.RankPage;
import dev.guildhall.controller.signals.Snapshot.SeenGroup;
import dev.guildhall.crds.Role;
import dev.guildhall.crds.Scaling;
import dev.guildhall.planner.scaling.GroupPhase;
import java.util.LinkedHashMap;
import java.util.Map;

/** Snapshots of a deployment {@code dep} with one role {@code unified} of groups of two ranks. */
final class Pages {
  static final long START = 1_700_000_000_000L;

  private final Map<String, SeenGroup> groups = new LinkedHashMap<>();
  private final Map<String, RankPage> ranks = new LinkedHashMap<>();
  private final Map<String, MetricsPage> gateways = new LinkedHashMap<>();

  static Role role(Scaling.Owner owner, int least, int most) {
    return new Role(
        "unified",
        Role.Kind.Unified,
        2,
        1,
        0,
        null,
        owner == null ? null : new Scaling(owner, least, most, null, null),
        null,
        null);
  }

  Pages group(int index, GroupPhase phase) {
    groups.put(
        "dep-unified-" + index,
        new SeenGroup("unified", phase == GroupPhase.READY ? 2 : 0, phase, START - 600_000, 30));
    return this;
  }

  /** A rank since its start: prompt tokens, seconds spent on them, tokens queued. */
  Pages rank(int group, int rank, double prompts, double busy, double queued) {
    return rank(group, rank, prompts, busy, queued, "first");
  }

  Pages rank(int group, int rank, double prompts, double busy, double queued, String start) {
    return rank("unified", group, rank, prompts, busy, queued, start);
  }

  /** The only rank of another role since its start. */
  Pages other(double prompts) {
    return rank("other", 0, 0, prompts, 1, 0, "first");
  }

  private Pages rank(
      String role, int group, int rank, double prompts, double busy, double queued, String start) {
    var page =
        MetricsPage.parse(
            """
            guildhall_prompt_tokens_total %s
            guildhall_busy_seconds_total{phase="prefill"} %s
            guildhall_busy_seconds_total{phase="decode"} 5
            guildhall_queued_tokens %s
            guildhall_kv_cache_usage_ratio 0.25
            guildhall_num_requests_running 3
            guildhall_inter_token_latency_seconds_count %s
            guildhall_inter_token_latency_seconds_sum %s
            """
                .formatted(prompts, busy, queued, prompts * 10, prompts * 10 * 0.02));
    var name = "dep-%s-%d".formatted(role, group);
    ranks.put(name + "/" + rank + "/" + start, new RankPage(role, name, page));
    return this;
  }

  /** A replica of the gateway since its start: all first tokens came within the given seconds. */
  Pages gateway(String start, double answered, double running, double waiting, double first) {
    gateways.put(
        start,
        MetricsPage.parse(
            """
            guildhall_gateway_requests_total{model="m",code="200"} %s
            guildhall_gateway_requests_total{model="other",code="200"} 1000
            guildhall_gateway_requests_in_flight{model="m"} %s
            guildhall_gateway_requests_waiting{model="m"} %s
            guildhall_gateway_time_to_first_token_seconds_bucket{model="m",le="%s"} %s
            guildhall_gateway_time_to_first_token_seconds_bucket{model="m",le="+Inf"} %s
            """
                .formatted(answered, running, waiting, first, answered, answered)));
    return this;
  }

  Snapshot at(int seconds) {
    return new Snapshot(START + seconds * 1000L, groups, ranks, gateways);
  }
}
