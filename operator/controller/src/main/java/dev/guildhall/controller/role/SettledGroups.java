package dev.guildhall.controller.role;

import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Groups that were lately seen to be as wanted. A pass comes for every change of every pod; reading
 * all objects of all groups each time would cost more the more groups there are. A group is read
 * again when its role or its StatefulSet changes, and at every resync.
 */
@ApplicationScoped
class SettledGroups {

  /** Less than the time between two resyncs, so that each of those reads. */
  private static final Duration TRUSTED = Duration.ofSeconds(45);

  private static final int MOST = 10_000;

  private record Seen(long roleGeneration, String setUid, long setGeneration, Instant at) {}

  private final Clock clock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  SettledGroups(Clock clock) {
    this.clock = clock;
  }

  /** Remembers that all objects of a group were found as wanted. */
  void add(ServingRole role, GroupId group, StatefulSet found) {
    if (seen.size() > MOST) {
      seen.clear();
    }
    seen.put(
        key(role, group),
        new Seen(
            role.getMetadata().getGeneration(),
            found.getMetadata().getUid(),
            found.getMetadata().getGeneration(),
            clock.instant()));
  }

  /** Whether a group need not be read now. */
  boolean contains(ServingRole role, GroupId group, Optional<StatefulSet> cached) {
    var last = seen.get(key(role, group));
    return last != null
        && cached.isPresent()
        && last.roleGeneration() == role.getMetadata().getGeneration()
        && last.setUid().equals(cached.get().getMetadata().getUid())
        && last.setGeneration() == cached.get().getMetadata().getGeneration()
        && clock.instant().isBefore(last.at().plus(TRUSTED));
  }

  private static String key(ServingRole role, GroupId group) {
    return role.getMetadata().getUid() + "/" + group.name();
  }
}
