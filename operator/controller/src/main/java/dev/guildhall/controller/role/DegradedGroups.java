package dev.guildhall.controller.role;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.controller.kube.PodHttp;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Finds groups that compute without some of their ranks, since others hold their experts. A rank is
 * asked, and only of a group of which some ranks have been ready for a while and others are not:
 * whether the ready ones compute nobody else knows.
 */
@ApplicationScoped
class DegradedGroups {
  /** 128 layers of 4096 experts, 5 characters each. */
  private static final long MOST_BYTES = 4 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Ranks of a group: each of them knows, and one may be about to go. */
  private static final int MOST_ASKED = 2;

  private final PodHttp http = new PodHttp();
  private final Clock clock;

  DegradedGroups(Clock clock) {
    this.clock = clock;
  }

  /** What a rank says of its group. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Report(boolean ready, int ranks, List<Missing> missing) {

    /** A rank that the group does without, and for each layer the experts that it held. */
    record Missing(int rank, List<List<Integer>> experts) {
      long copies() {
        return experts == null
            ? 0
            : experts.stream().filter(Objects::nonNull).mapToLong(List::size).sum();
      }
    }

    /** For people; empty where the group is whole or computes nothing. */
    Optional<String> message(String group) {
      if (!ready || missing == null || missing.isEmpty()) {
        return Optional.empty();
      }
      var lost =
          missing.stream()
              .map(each -> String.valueOf(each.rank()))
              .collect(Collectors.joining(", "));
      long copies = missing.stream().mapToLong(Missing::copies).sum();
      int there = ranks - missing.size();
      return Optional.of(
          "%s computes with %d of %d ranks (capacity factor %.2f) without rank %s: others do the work of its %d copies of experts, which /group of its ranks lists"
              .formatted(group, there, ranks, (double) there / ranks, lost, copies));
    }
  }

  /** What to say of each of the groups that is degraded. */
  Map<GroupId, String> among(List<GroupState> observed) {
    var degraded = new ConcurrentSkipListMap<GroupId, String>(Comparator.comparing(GroupId::name));
    // All at a time: a rank that does not answer takes two seconds to say so.
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      observed.stream()
          .filter(group -> group.isTorn(clock.instant()))
          .forEach(
              group ->
                  group.pods().stream()
                      .filter(PodHttp::answers)
                      .limit(MOST_ASKED)
                      .forEach(
                          pod ->
                              threads.submit(
                                  () ->
                                      ask(group.id(), pod)
                                          .ifPresent(m -> degraded.put(group.id(), m)))));
    }
    return degraded;
  }

  private Optional<String> ask(GroupId group, Pod pod) {
    return http.get(PodHttp.address(pod, GroupId.HTTP_PORT), "/group", MOST_BYTES)
        .flatMap(DegradedGroups::read)
        .flatMap(report -> report.message(group.name()));
  }

  private static Optional<Report> read(byte[] body) {
    try {
      return Optional.of(JSON.readValue(body, Report.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
