package dev.guildhall.controller.role;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.controller.kube.PodHttp;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds groups that compute without some of their ranks, since others hold their experts. A rank is
 * asked, and only of a group of which some ranks are ready and others are not: whether the ready
 * ones compute nobody else knows.
 */
@ApplicationScoped
class DegradedGroups {
  /** 128 layers of 4096 experts, 5 characters each. */
  private static final long MOST_BYTES = 4 << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final PodHttp http = new PodHttp();

  /** What a rank says of its group. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Report(boolean ready, int ranks, List<Missing> missing) {

    /** A rank that the group does without, and for each layer the experts that it held. */
    record Missing(int rank, List<List<Integer>> experts) {}

    /** For people; empty where the group is whole or computes nothing. */
    Optional<String> message(String group) {
      if (!ready || missing == null || missing.isEmpty()) {
        return Optional.empty();
      }
      var lost =
          missing.stream()
              .map(each -> String.valueOf(each.rank()))
              .collect(Collectors.joining(", "));
      long copies =
          missing.stream().flatMap(each -> each.experts().stream()).mapToLong(List::size).sum();
      int there = ranks - missing.size();
      return Optional.of(
          "%s computes with %d of %d ranks (capacity factor %.2f) without rank %s: others do the work of its %d copies of experts, which /group of its ranks lists"
              .formatted(group, there, ranks, (double) there / ranks, lost, copies));
    }
  }

  /** What to say of each of the groups that is degraded. */
  Map<GroupId, String> among(List<GroupState> observed) {
    var degraded = new TreeMap<GroupId, String>(Comparator.comparing(GroupId::name));
    observed.stream()
        .filter(GroupState::isTorn)
        .forEach(
            group ->
                ask(group)
                    .flatMap(report -> report.message(group.id().name()))
                    .ifPresent(message -> degraded.put(group.id(), message)));
    return degraded;
  }

  private Optional<Report> ask(GroupState group) {
    return group.pods().stream()
        .filter(PodHttp::answers)
        .map(pod -> http.get(PodHttp.address(pod, GroupId.HTTP_PORT), "/group", MOST_BYTES))
        .flatMap(Optional::stream)
        .flatMap(DegradedGroups::read)
        .findFirst();
  }

  private static Stream<Report> read(byte[] body) {
    try {
      return Stream.of(JSON.readValue(body, Report.class));
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
