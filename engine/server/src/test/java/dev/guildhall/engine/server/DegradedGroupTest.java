package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.engine.model.Safetensors;
import dev.guildhall.proto.v1.Finished;
import dev.guildhall.proto.v1.GenerateRequest;
import dev.guildhall.proto.v1.GetStatusRequest;
import dev.guildhall.proto.v1.RankStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Groups that go on without a rank whose experts others hold too. */
@Timeout(180)
class DegradedGroupTest {
  private static final int LAYERS = 5;
  private static final int EXPERTS = 32;

  /** Tokens of an answer that takes longer than a rank to come back. */
  private static final int LONG = 800;

  @TempDir Path folder;

  /** Ranks 0 and 2 hold the first half of the experts, ranks 1 and 3 the second. */
  private TestGroup group(int copies) throws IOException {
    var layer = IntStream.range(0, copies * EXPERTS).mapToObj(slot -> slot % EXPERTS).toList();
    Path file = folder.resolve("placement.json");
    Files.writeString(
        file, "{\"epoch\":1,\"layers\":%s}".formatted(Collections.nCopies(LAYERS, layer)));
    return new TestGroup(
        TestGroup.sample(), 2 * copies, false, Map.of("GUILDHALL_PLACEMENT_FILE", file.toString()));
  }

  private static RankStatus status(TestGroup group, int rank) {
    return group.stub(rank).getStatus(GetStatusRequest.getDefaultInstance());
  }

  @Test
  void othersAnswerTheSameWithoutItAndTakeItBack() throws Exception {
    try (TestGroup group = group(2);
        Safetensors expected =
            Safetensors.open(TestGroup.sample().resolve("expected.safetensors"))) {
      int[] prompt = expected.tensor("prompt.1").ints();
      int[] tokens = expected.tensor("greedy.1").ints();
      group.awaitReady();
      assertThat(status(group, 0).getMissingRanksList()).isEmpty();
      long epoch = status(group, 0).getEpoch();

      group.stop(3);
      long stopped = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> status(group, 0).getMissingRanksList().equals(List.of(3)));
      group.awaitReady();
      System.out.printf(
          "served without a rank %.1f s after its end%n", (System.nanoTime() - stopped) / 1e9);
      for (int rank : new int[] {0, 1, 2}) {
        assertThat(group.greedy(rank, "without-" + rank, prompt, tokens.length)).isEqualTo(tokens);
      }
      assertThat(ranksThatWorked(group))
          .as("what a nanosecond of a step is charged for")
          .isEqualTo(3);

      int[] whole = group.greedy(0, "whole", prompt, LONG);
      long before = status(group, 0).getEpoch();
      List<CompletableFuture<int[]>> during =
          IntStream.range(0, 3)
              .mapToObj(
                  rank ->
                      CompletableFuture.supplyAsync(
                          () -> group.greedy(rank, "during-" + rank, prompt, LONG),
                          Thread::startVirtualThread))
              .toList();
      long started = System.nanoTime();
      group.start(3);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(() -> status(group, 0).getMissingRanksList().isEmpty());
      assertThat(during).as("answers of before and after its return").noneMatch(Future::isDone);
      double back = (System.nanoTime() - started) / 1e9;
      for (var answer : during) {
        assertThat(answer.get()).isEqualTo(whole);
      }
      System.out.printf(
          "a rank was back after %.1f s in answers of %d tokens that took %.1f s%n",
          back, LONG, (System.nanoTime() - started) / 1e9);
      group.awaitReady();
      assertThat(status(group, 0).getEpoch()).isGreaterThan(before).isGreaterThan(epoch + 1);
      assertThat(group.greedy(3, "again", prompt, tokens.length)).isEqualTo(tokens);
      assertThat(ranksThatWorked(group)).isEqualTo(4);
    }
  }

  @Test
  void anotherCoordinatesWhenTheCoordinatorIsGone() throws Exception {
    try (TestGroup group = group(2)) {
      group.awaitReady();
      int coordinator = coordinator(group, 0);
      int[] tokens = group.greedy(coordinator, "whole", new int[] {0, 5}, 20);
      int other = coordinator == 0 ? 1 : 0;
      group.stop(coordinator);
      long stopped = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> status(group, other).getMissingRanksList().equals(List.of(coordinator)));
      group.awaitReady();
      System.out.printf(
          "served without the coordinator %.1f s after its end%n",
          (System.nanoTime() - stopped) / 1e9);
      int next = coordinator(group, other);
      assertThat(next).isNotEqualTo(coordinator);
      assertThat(group.greedy(other, "without", new int[] {0, 5}, 20)).isEqualTo(tokens);
      long epoch = status(group, other).getEpoch();
      group.start(coordinator);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> status(group, other).getMissingRanksList().isEmpty());
      group.awaitReady();
      assertThat(status(group, other).getEpoch()).isEqualTo(epoch + 1);
      assertThat(coordinator(group, coordinator)).as("it is one of them now").isEqualTo(next);
      assertThat(group.greedy(coordinator, "again", new int[] {0, 5}, 20)).isEqualTo(tokens);
    }
  }

  /** Whom a rank follows. */
  private static int coordinator(TestGroup group, int rank) throws Exception {
    var request =
        HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:%d/group".formatted(group.rank(rank).httpPort())));
    try (HttpClient http = HttpClient.newHttpClient()) {
      String body = http.send(request.build(), BodyHandlers.ofString()).body();
      return new ObjectMapper().readTree(body).path("coordinator").intValue();
    }
  }

  @Test
  void itWaitsWhereExpertsAreMissing() throws Exception {
    try (TestGroup group = group(2)) {
      group.awaitReady();
      group.stop(3);
      group.stop(1);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> status(group, 0).getNotReadyReason().contains("waiting for rank 1, rank 3"));
      assertThat(status(group, 0).getMissingRanksList()).as("nothing is computed").isEmpty();
      group.start(1);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> status(group, 0).getMissingRanksList().equals(List.of(3)));
      group.awaitReady();
      assertThat(group.greedy(1, "again", new int[] {0, 5}, 3)).hasSize(3);
    }
  }

  private static int ranksThatWorked(TestGroup group) {
    var request =
        GenerateRequest.newBuilder().setRequestId("usage").addPrompt(0).setMaxTokens(2).build();
    List<Finished> ends = new ArrayList<>();
    group
        .stub(0)
        .generate(request)
        .forEachRemaining(
            reply -> {
              if (reply.hasFinished()) {
                ends.add(reply.getFinished());
              }
            });
    return ends.getFirst().getUsage().getRanks();
  }
}
