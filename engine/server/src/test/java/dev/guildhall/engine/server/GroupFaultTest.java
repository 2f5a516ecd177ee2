package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.guildhall.engine.model.Safetensors;
import dev.guildhall.proto.v1.AbortRequest;
import dev.guildhall.proto.v1.Finished;
import dev.guildhall.proto.v1.GenerateReply;
import dev.guildhall.proto.v1.GenerateRequest;
import dev.guildhall.proto.v1.GetStatusRequest;
import dev.guildhall.proto.v1.RankStatus;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class GroupFaultTest {

  private static GenerateRequest request(String id, int maxTokens) {
    return GenerateRequest.newBuilder()
        .setRequestId(id)
        .addPrompt(0)
        .addPrompt(5)
        .setMaxTokens(maxTokens)
        .build();
  }

  @Test
  void deadRankEndsRequestsAndItsReturnFormsTheGroupAnew() {
    try (TestGroup group = new TestGroup(TestGroup.sample(), 2);
        Safetensors expected =
            Safetensors.open(TestGroup.sample().resolve("expected.safetensors"))) {
      group.awaitReady();
      long epoch = status(group, 0).getEpoch();
      Iterator<GenerateReply> replies = group.stub(0).generate(request("long", 2000));
      assertThat(replies.next().hasStarted()).isTrue();
      group.stop(1);
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> replies.forEachRemaining(r -> {}))
          .matches(e -> e.getStatus().getCode() == Status.Code.UNAVAILABLE);
      await().atMost(Duration.ofSeconds(20)).until(() -> !status(group, 0).getReady());
      assertThat(status(group, 0).getCachePagesUsed()).isZero();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> status(group, 0).getNotReadyReason().contains("waiting for rank 1"));
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> group.stub(0).generate(request("refused", 1)).next())
          .matches(e -> e.getStatus().getCode() == Status.Code.UNAVAILABLE);
      group.start(1);
      group.awaitReady();
      assertThat(status(group, 0).getEpoch()).isGreaterThan(epoch);
      assertThat(group.greedy(0, "again", expected.tensor("prompt.1").ints(), 48))
          .isEqualTo(expected.tensor("greedy.1").ints());
    }
  }

  @Test
  void aRankThatDrainsComputesExpertsUntilNoRankHasRequests() throws Exception {
    try (TestGroup group = new TestGroup(TestGroup.sample(), 2)) {
      group.awaitReady();
      Iterator<GenerateReply> replies = group.stub(0).generate(request("long", 1500));
      assertThat(replies.next().hasStarted()).isTrue();
      CompletableFuture<Integer> runningAtItsEnd =
          CompletableFuture.supplyAsync(
              () -> {
                drain(group.rank(1));
                return status(group, 0).getRunning();
              });
      await().atMost(Duration.ofSeconds(20)).until(() -> status(group, 0).getDraining());
      GenerateReply last = null;
      while (replies.hasNext()) {
        last = replies.next();
      }
      assertThat(last.getFinished().getReason()).isEqualTo(Finished.Reason.LENGTH);
      assertThat(runningAtItsEnd.get(30, TimeUnit.SECONDS)).isZero();
    }
  }

  private static void drain(Rank rank) {
    try {
      rank.drain(Duration.ofSeconds(60));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void hungRankEndsRequestsAndTheGroupServesAgainWhenItAnswers() throws Exception {
    try (TestGroup group = new TestGroup(TestGroup.sample(), 2, true)) {
      group.awaitReady();
      long epoch = status(group, 0).getEpoch();
      group.relay(1).hold(true);
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> group.greedy(0, "hung", new int[] {0, 5}, 50))
          .matches(e -> e.getStatus().getCode() == Status.Code.UNAVAILABLE)
          .withMessageContaining("rank 1");
      // It still beats, so it stays a member; but nothing else is sent into the same wait.
      assertThat(status(group, 0).getReady()).isFalse();
      assertThat(status(group, 0).getNotReadyReason()).contains("rank 1");
      assertThat(status(group, 0).getEpoch()).isEqualTo(epoch);
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> group.stub(0).generate(request("refused", 1)).next())
          .matches(e -> e.getStatus().getCode() == Status.Code.UNAVAILABLE);
      group.relay(1).hold(false);
      group.awaitReady();
      assertThat(group.greedy(0, "again", new int[] {0, 5}, 3)).hasSize(3);
    }
  }

  @Test
  void restartedCoordinatorGoesOnAboveTheOldEpoch() {
    try (TestGroup group = new TestGroup(TestGroup.sample(), 2)) {
      group.awaitReady();
      long epoch = status(group, 1).getEpoch();
      group.stop(0);
      await().atMost(Duration.ofSeconds(20)).until(() -> !status(group, 1).getReady());
      group.start(0);
      group.awaitReady();
      assertThat(status(group, 1).getEpoch()).isGreaterThan(epoch);
      assertThat(group.greedy(1, "again", new int[] {0, 5}, 3)).hasSize(3);
    }
  }

  @Test
  void cancelledCallFreesItsPages() {
    try (TestGroup group = new TestGroup(TestGroup.sample(), 1)) {
      group.awaitReady();
      Iterator<GenerateReply> replies =
          group.stub(0).withDeadlineAfter(400, TimeUnit.MILLISECONDS).generate(request("a", 2000));
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> replies.forEachRemaining(r -> {}))
          .matches(e -> e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  status(group, 0).getCachePagesUsed() == 0 && status(group, 0).getRunning() == 0);
    }
  }

  @Test
  void abortEndsTheStreamWithTheExactUsage() {
    try (TestGroup group = new TestGroup(TestGroup.sample(), 1)) {
      group.awaitReady();
      Iterator<GenerateReply> replies = group.stub(0).generate(request("a", 2000));
      replies.next();
      assertThat(
              group.stub(0).abort(AbortRequest.newBuilder().setRequestId("a").build()).getFound())
          .isTrue();
      int tokens = 0;
      Finished end = null;
      while (replies.hasNext()) {
        GenerateReply reply = replies.next();
        tokens += reply.getTokensCount();
        end = reply.hasFinished() ? reply.getFinished() : end;
      }
      assertThat(end.getReason()).isEqualTo(Finished.Reason.CANCELLED);
      assertThat(end.getUsage().getCompletionTokens()).isEqualTo(tokens);
      assertThat(end.getUsage().getDecodeNanos()).isPositive();
    }
  }

  @Test
  void drainFinishesWhatRunsAndRefusesTheRest() throws InterruptedException {
    try (TestGroup group = new TestGroup(TestGroup.sample(), 1)) {
      group.awaitReady();
      Iterator<GenerateReply> replies = group.stub(0).generate(request("a", 50));
      replies.next();
      assertThat(group.rank(0).drain(Duration.ofSeconds(60))).isZero();
      GenerateReply last = null;
      while (replies.hasNext()) {
        last = replies.next();
      }
      assertThat(last.getFinished().getReason()).isEqualTo(Finished.Reason.LENGTH);
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> group.stub(0).generate(request("b", 1)).next())
          .matches(e -> e.getStatus().getCode() == Status.Code.UNAVAILABLE)
          .withMessageContaining("draining");
    }
  }

  @Test
  void promptOverTheContextIsRefused() {
    try (TestGroup group = new TestGroup(TestGroup.sample(), 1)) {
      group.awaitReady();
      GenerateRequest.Builder request =
          GenerateRequest.newBuilder().setRequestId("a").setMaxTokens(1);
      for (int i = 0; i < 2049; i++) {
        request.addPrompt(5);
      }
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> group.stub(0).generate(request.build()).next())
          .matches(e -> e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT)
          .withMessageContaining("prompt has 2049 tokens");
    }
  }

  private static RankStatus status(TestGroup group, int rank) {
    return group.stub(rank).getStatus(GetStatusRequest.getDefaultInstance());
  }
}
