package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guildhall.engine.model.Safetensors;
import dev.guildhall.proto.v1.GetStatusRequest;
import dev.guildhall.proto.v1.RankStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A group goes over to other placements under traffic: same tokens, no request lost. */
class LivePlacementTest {
  private static final int LAYERS = 5;
  private static final int EXPERTS = 32;

  @TempDir Path folder;

  /** Writes a rank's file as a mounted ConfigMap changes: at once. Weights differ by epoch. */
  private void place(int rank, long epoch, List<List<Integer>> layers) throws IOException {
    Random random = new Random(epoch);
    var weights =
        layers.stream()
            .map(layer -> random.ints(layer.size(), 0, 4).boxed().toList())
            .map(List::toString)
            .collect(Collectors.joining(","));
    String all = layers.stream().map(List::toString).collect(Collectors.joining(","));
    Path next = folder.resolve("next");
    Files.writeString(
        next, "{\"epoch\":%d,\"layers\":[%s],\"weights\":[%s]}".formatted(epoch, all, weights));
    Files.move(
        next,
        folder.resolve(rank + ".json"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Experts in any order, four of them twice. */
  private static List<List<Integer>> shuffled(long seed) {
    Random random = new Random(seed);
    List<List<Integer>> layers = new ArrayList<>();
    for (int i = 0; i < LAYERS; i++) {
      List<Integer> slots = new ArrayList<>(IntStream.range(0, EXPERTS).boxed().toList());
      Collections.shuffle(slots, random);
      List<Integer> repeated = List.of(slots.get(0), slots.get(1));
      // A rank must not hold an expert twice: the first ones again at the end.
      slots.addAll(repeated);
      layers.add(slots);
    }
    return layers;
  }

  private static List<List<Integer>> inOrder() {
    return Collections.nCopies(LAYERS, IntStream.range(0, EXPERTS).boxed().toList());
  }

  private TestGroup group(String backend) throws IOException {
    for (int rank = 0; rank < 2; rank++) {
      place(rank, 1, inOrder());
    }
    return new TestGroup(
        TestGroup.sample(),
        2,
        false,
        Map.of(
            "GUILDHALL_PLACEMENT_FILE",
            folder.resolve("%d.json").toString(),
            "GUILDHALL_BACKEND",
            backend));
  }

  private static RankStatus status(TestGroup group, int rank) {
    return group.stub(rank).getStatus(GetStatusRequest.getDefaultInstance());
  }

  private static void awaitPlacement(TestGroup group, long epoch) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                status(group, 0).getPlacementEpoch() == epoch
                    && status(group, 1).getPlacementEpoch() == epoch);
  }

  @ParameterizedTest
  @CsvSource({"cpu, 24, 4", "cuda, 3, 3"})
  void expertsMoveUnderTraffic(String backend, int length, long last) throws Exception {
    if (backend.equals("cuda")) {
      CudaStandIn.use();
    }
    try (Safetensors expected =
            Safetensors.open(TestGroup.sample().resolve("expected.safetensors"));
        TestGroup group = group(backend)) {
      group.awaitReady();
      long epoch = status(group, 0).getEpoch();
      int[] prompt = expected.tensor("prompt.0").ints();
      int[] tokens = IntStream.of(expected.tensor("greedy.0").ints()).limit(length).toArray();
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      List<CompletableFuture<Void>> traffic = new ArrayList<>();
      for (int rank = 0; rank < 2; rank++) {
        int to = rank;
        traffic.add(
            CompletableFuture.runAsync(
                () -> {
                  while (!over.get()) {
                    String id = "r%d-%d".formatted(to, answered.incrementAndGet());
                    assertThat(group.greedy(to, id, prompt, tokens.length)).isEqualTo(tokens);
                  }
                }));
      }
      for (long next = 2; next <= last; next++) {
        for (int rank = 0; rank < 2; rank++) {
          place(rank, next, next == last ? inOrder() : shuffled(next));
        }
        awaitPlacement(group, next);
        int before = answered.get();
        await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > before + 1);
      }
      over.set(true);
      traffic.forEach(CompletableFuture::join);
      for (int rank = 0; rank < 2; rank++) {
        RankStatus status = status(group, rank);
        assertThat(status.getPlacementProblem()).isEmpty();
        assertThat(status.getEpoch()).as("no rank left the group").isEqualTo(epoch);
        assertThat(status.getPlacementPauseNanos() > 0).isEqualTo(backend.equals("cuda"));
      }
    }
  }

  @Test
  void aRankThatCannotLoadKeepsTheWholeGroupAtTheOldPlacement() throws Exception {
    try (Safetensors expected =
            Safetensors.open(TestGroup.sample().resolve("expected.safetensors"));
        TestGroup group = group("cpu")) {
      group.awaitReady();
      place(0, 2, shuffled(2));
      place(1, 2, shuffled(2).subList(0, 3));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !status(group, 1).getPlacementProblem().isEmpty());
      assertThat(status(group, 1).getPlacementProblem())
          .contains("has 3 layers, the model has 5 with experts");
      int[] prompt = expected.tensor("prompt.1").ints();
      int[] tokens = expected.tensor("greedy.1").ints();
      assertThat(group.greedy(0, "a", prompt, tokens.length)).isEqualTo(tokens);
      assertThat(status(group, 0).getPlacementEpoch()).isEqualTo(1);
      assertThat(status(group, 1).getPlacementEpoch()).isEqualTo(1);
      place(1, 2, shuffled(2));
      awaitPlacement(group, 2);
      assertThat(status(group, 1).getPlacementProblem()).isEmpty();
      assertThat(group.greedy(1, "b", prompt, tokens.length)).isEqualTo(tokens);
    }
  }

  /** A rank that comes back with the newest file only waits until the others have it too. */
  @Test
  void aRankThatRestartsMeetsTheOthersAtThePlacementOfTheFile() throws Exception {
    try (Safetensors expected =
            Safetensors.open(TestGroup.sample().resolve("expected.safetensors"));
        TestGroup group = group("cpu")) {
      group.awaitReady();
      place(1, 2, shuffled(2));
      await().atMost(Duration.ofSeconds(30)).until(() -> status(group, 1).getPlacementEpoch() == 1);
      group.stop(1);
      group.start(1);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> group.rank(0).notReadyBecause().contains("no placement is held by all"));
      place(0, 2, shuffled(2));
      awaitPlacement(group, 2);
      group.awaitReady();
      int[] prompt = expected.tensor("prompt.1").ints();
      int[] tokens = expected.tensor("greedy.1").ints();
      assertThat(group.greedy(0, "a", prompt, tokens.length)).isEqualTo(tokens);
    }
  }
}
