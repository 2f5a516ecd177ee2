package dev.guildhall.cli.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One deployment of many groups, from apply to all pods created and all ready, in turns with the
 * same StatefulSets and PodGroups applied by kubectl.
 */
final class GangBench {

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Map<String, String> RANKS = Map.of("app.kubernetes.io/component", "rank");

  /** Seconds from the apply. */
  record Times(double created, double ready) {}

  /** One entry per round. */
  record Result(List<Times> operator, List<Times> plain) {}

  private final BenchCluster bench;
  private final int groups;
  private final int ranks;

  GangBench(BenchCluster bench, int groups, int ranks) {
    this.bench = bench;
    this.groups = groups;
    this.ranks = ranks;
  }

  Result run(int rounds, java.util.function.Consumer<String> progress) {
    List<Times> operator = new ArrayList<>();
    List<Times> plain = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      progress.accept("round %d of %d: by the operator".formatted(round, rounds));
      PlainCopy[] copy = new PlainCopy[1];
      operator.add(
          measure(
              Manifests.NAMESPACE,
              () -> bench.cluster().apply(Manifests.deployment("wide", groups, ranks)),
              () -> {
                copy[0] = PlainCopy.of(bench.client());
                bench
                    .cluster()
                    .kubectl("-n", Manifests.NAMESPACE, "delete", "modeldeployment", "wide");
              }));
      progress.accept("round %d of %d: the same by kubectl alone".formatted(round, rounds));
      plain.add(
          measure(
              Manifests.PLAIN,
              () -> copy[0].apply(bench.cluster()),
              () -> PlainCopy.delete(bench.cluster())));
    }
    return new Result(operator, plain);
  }

  private Times measure(String namespace, Runnable apply, Runnable remove) {
    Arrivals<Pod> pods = new Arrivals<>(Readiness::isPodReady);
    try (var _ = bench.client().pods().inNamespace(namespace).withLabels(RANKS).inform(pods)) {
      long start = System.nanoTime();
      apply.run();
      double created = (pods.awaitCount(groups * ranks, LIMIT) - start) / 1e9;
      double ready = (pods.awaitReady(groups * ranks, LIMIT) - start) / 1e9;
      remove.run();
      pods.awaitCount(0, LIMIT);
      return new Times(created, ready);
    }
  }
}
