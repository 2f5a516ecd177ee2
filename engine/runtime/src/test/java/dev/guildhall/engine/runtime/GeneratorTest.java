package dev.guildhall.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.GroupChangingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  private static final SamplingParams LOGPROBS =
      new SamplingParams(0, 1, 0, 0, 0, 0, 1, null, Map.of(), true, 3);
  private final FakeBackend backend = new FakeBackend(16, 4);
  private Generator generator = open(new RuntimeLimits(FakeBackend.VOCABULARY, 200, 8, 4, 5));

  private Generator open(RuntimeLimits limits) {
    return new Generator(backend, null, limits, RuntimeObserver.NONE);
  }

  @AfterEach
  void close() {
    generator.close();
  }

  private static GenerationRequest request(String id, int prompt, int maxTokens) {
    return new GenerationRequest(
        id, IntStream.range(1, prompt + 1).toArray(), maxTokens, SamplingParams.GREEDY, Set.of());
  }

  private Recorder submit(GenerationRequest request) {
    Recorder recorder = new Recorder();
    generator.submit(request, recorder);
    return recorder;
  }

  @Test
  void endsAtMaxTokens() {
    Completion end = submit(request("a", 20, 7)).await();
    assertThat(end.reason()).isEqualTo(Completion.Reason.LENGTH);
    assertThat(end.usage().promptTokens()).isEqualTo(20);
    assertThat(end.usage().completionTokens()).isEqualTo(7);
    assertThat(generator.status().pagesUsed()).isZero();
  }

  @Test
  void stopTokenEndsAndIsCountedButNotDelivered() {
    List<Integer> free = submit(request("a", 5, 6)).ids();
    int stop = free.get(3);
    GenerationRequest stopped =
        new GenerationRequest(
            "b", new int[] {1, 2, 3, 4, 5}, 6, SamplingParams.GREEDY, Set.of(stop));
    Recorder recorder = submit(stopped);
    assertThat(recorder.await().reason()).isEqualTo(Completion.Reason.STOP);
    assertThat(recorder.ids()).isEqualTo(free.subList(0, free.indexOf(stop)));
    assertThat(recorder.await().usage().completionTokens()).isEqualTo(free.indexOf(stop) + 1);
  }

  @Test
  void anAnswerGoesOnFromAnyOfItsTokensAsIfItHadNotBeenInterrupted() {
    var sampling =
        new SamplingParams(1.5f, 0.9f, 20, 0.01f, 0.5f, 0.4f, 1.2f, 7L, Map.of(), false, 0);
    int[] prompt = {3, 1, 4, 1, 5};
    var whole = submit(new GenerationRequest("whole", prompt, 12, sampling, Set.of())).ids();
    for (int done = 1; done < whole.size(); done++) {
      var resumed = resumed("from " + done, prompt, whole.subList(0, done), 12, sampling);
      assertThat(submit(resumed).ids()).isEqualTo(whole.subList(done, whole.size()));
    }
    assertRefused(
        resumed("all", new int[0], whole.subList(0, 3), 12, sampling),
        "resumed_tokens is 3, it must be from 0 to below the prompt's 3");
  }

  private static GenerationRequest resumed(
      String id, int[] prompt, List<Integer> drawn, int maxTokens, SamplingParams sampling) {
    return new GenerationRequest(
        id,
        IntStream.concat(Arrays.stream(prompt), drawn.stream().mapToInt(i -> i)).toArray(),
        maxTokens - drawn.size(),
        sampling,
        Set.of(),
        new byte[0],
        0,
        0,
        false,
        GenerationRequest.ALL_HERE,
        drawn.size());
  }

  @Test
  void secondRequestReusesThePrefixOfItsOwnSaltOnly() {
    GenerationRequest mine = request("a", 18, 2);
    List<Integer> ids = submit(mine).ids();
    Recorder again = submit(request("b", 18, 2));
    assertThat(again.ids()).isEqualTo(ids);
    assertThat(again.await().usage().cachedTokens()).isEqualTo(16);
    Recorder other =
        submit(
            new GenerationRequest(
                "c",
                mine.prompt(),
                2,
                SamplingParams.GREEDY,
                Set.of(),
                new byte[] {1},
                0,
                0,
                false,
                GenerationRequest.ALL_HERE,
                0));
    assertThat(other.ids()).isEqualTo(ids);
    assertThat(other.await().usage().cachedTokens()).isZero();
  }

  @Test
  void abortDuringAStepThatFailsEndsNoLaterRequest() {
    backend.failure = new ExpertsUnavailableException("rank 1 is gone", null);
    backend.during = () -> generator.abortAll("the group changed");
    assertThat(submit(request("a", 5, 3)).await().reason())
        .isEqualTo(Completion.Reason.UNAVAILABLE);
    backend.failure = null;
    backend.during = () -> {};
    assertThat(submit(request("b", 5, 3)).await().reason()).isEqualTo(Completion.Reason.LENGTH);
  }

  @Test
  void refusesWhatCanNeverFit() {
    assertRefused(request("a", 200, 1), "no room in the context of 200");
    assertRefused(request("a", 150, 60), "exceed the context of 200");
    assertRefused(request("a", 60, 6), "cache of 64 tokens");
    assertRefused(request("a", 3, -1), "max_tokens is -1");
    assertRefused(request("a", 0, 1), "prompt is empty");
    assertRefused(request("a", 60, 1), "prompt token 49 is 50");
  }

  private void assertRefused(GenerationRequest request, String message) {
    assertThatExceptionOfType(AdmissionException.class)
        .isThrownBy(() -> submit(request))
        .withMessageContaining(message)
        .matches(e -> e.reason() == AdmissionException.Reason.INVALID);
  }

  @Test
  void aStepIsComputedAgainWhileTheGroupChanges() {
    List<Integer> undisturbed = submit(request("a", 5, 6)).ids();
    var tries = new AtomicInteger();
    backend.during =
        () -> {
          boolean changing = tries.incrementAndGet() % 3 != 0;
          backend.failure = changing ? new GroupChangingException("epoch 2", null) : null;
        };
    assertThat(submit(request("b", 5, 6)).ids()).isEqualTo(undisturbed);
    assertThat(tries.get()).as("each step two times more").isEqualTo(18);
  }

  @Test
  void aGroupThatGoesOnChangingEndsRequests() {
    backend.failure = new GroupChangingException("rank 1 is in epoch 1", null);
    Completion end = submit(request("a", 5, 6)).await();
    assertThat(end.reason()).isEqualTo(Completion.Reason.UNAVAILABLE);
    assertThat(end.error()).isEqualTo("rank 1 is in epoch 1");
    backend.failure = null;
    assertThat(submit(request("b", 5, 6)).await().reason()).isEqualTo(Completion.Reason.LENGTH);
  }

  @Test
  void expertsUnavailableEndsRequestsAndTheNextWorks() {
    backend.failure = new ExpertsUnavailableException("rank 2 does not answer", null);
    Completion end = submit(request("a", 5, 6)).await();
    assertThat(end.reason()).isEqualTo(Completion.Reason.UNAVAILABLE);
    assertThat(end.error()).isEqualTo("rank 2 does not answer");
    backend.failure = null;
    assertThat(submit(request("a", 5, 6)).await().reason()).isEqualTo(Completion.Reason.LENGTH);
  }

  @Test
  void deadlineThatPassedEndsTheRequest() {
    GenerationRequest late =
        new GenerationRequest(
            "a",
            new int[] {1},
            5,
            SamplingParams.GREEDY,
            Set.of(),
            new byte[0],
            0,
            1,
            false,
            GenerationRequest.ALL_HERE,
            0);
    assertThat(submit(late).await().reason()).isEqualTo(Completion.Reason.DEADLINE);
  }

  @Test
  void logprobsOfPromptAndAnswer() {
    GenerationRequest echo =
        new GenerationRequest(
            "a",
            IntStream.range(1, 21).toArray(),
            3,
            LOGPROBS,
            Set.of(),
            new byte[0],
            0,
            0,
            true,
            GenerationRequest.ALL_HERE,
            0);
    Recorder recorder = submit(echo);
    recorder.await();
    assertThat(recorder.prompt).hasSize(20);
    assertThat(recorder.prompt.getFirst().hasLogprob()).isFalse();
    assertThat(recorder.prompt.stream().skip(1)).allMatch(SampledToken::hasLogprob);
    for (SampledToken token : recorder.tokens) {
      assertThat(token.top()).hasSize(3);
      assertThat(token.top().getFirst().id()).isEqualTo(token.id());
      assertThat(token.top().getFirst().logprob()).isEqualTo(token.logprob()).isNegative();
    }
  }

  @Test
  void drainFinishesWhatRunsAndRefusesTheRest() throws InterruptedException {
    Recorder running = submit(request("a", 5, 40));
    assertThat(generator.drain(Duration.ofSeconds(30))).isZero();
    assertThat(running.await().reason()).isEqualTo(Completion.Reason.LENGTH);
    assertThatExceptionOfType(AdmissionException.class)
        .isThrownBy(() -> submit(request("b", 5, 1)))
        .matches(e -> e.reason() == AdmissionException.Reason.UNAVAILABLE);
  }

  @Test
  void drainOutOfTimeCancels() throws InterruptedException {
    List<Recorder> all =
        IntStream.range(0, 4).mapToObj(i -> submit(request("r" + i, 5, 50))).toList();
    int aborted = generator.drain(Duration.ZERO);
    long cancelled =
        all.stream().filter(r -> r.await().reason() == Completion.Reason.CANCELLED).count();
    assertThat(cancelled).isEqualTo(aborted);
    assertThat(generator.status().pagesUsed()).isZero();
  }

  @Test
  void fullQueueAndRepeatedIdAreRefused() {
    generator.close();
    generator = open(new RuntimeLimits(FakeBackend.VOCABULARY, 200, 1, 1, 1));
    Object gate = new Object();
    synchronized (gate) {
      // The runtime's thread waits in the listener, so the state below cannot change.
      Recorder first = new Recorder();
      generator.submit(
          request("a", 1, 5),
          new GenerationListener() {
            @Override
            public void token(SampledToken token) {
              first.token(token);
              synchronized (gate) {
                assertThat(token).isNotNull();
              }
            }

            @Override
            public void finished(Completion completion) {}
          });
      first.awaitFirst();
      generator.submit(request("b", 1, 1), new Recorder());
      assertThatExceptionOfType(AdmissionException.class)
          .isThrownBy(() -> submit(request("c", 1, 1)))
          .matches(e -> e.reason() == AdmissionException.Reason.QUEUE_FULL);
      assertThatExceptionOfType(AdmissionException.class)
          .isThrownBy(() -> submit(request("b", 1, 1)))
          .matches(e -> e.reason() == AdmissionException.Reason.DUPLICATE);
    }
  }
}
