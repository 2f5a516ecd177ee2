package dev.guildhall.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whatever is added and cancelled in whatever order. */
class GeneratorPropertyTest {

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void sharingARankChangesNoAnswerAndLeaksNoPage(
      @ForAll Random random,
      @ForAll @IntRange(min = 8, max = 40) int pages,
      @ForAll @IntRange(min = 1, max = 5) int pageTokens,
      @ForAll @IntRange(min = 1, max = 12) int batchTokens) {
    int capacity = pages * pageTokens;
    RuntimeLimits limits =
        new RuntimeLimits(
            FakeBackend.VOCABULARY, capacity + 1, batchTokens, Math.min(batchTokens, 6), 100);
    FakeBackend backend = new FakeBackend(pages, pageTokens);
    AtomicLong busy = new AtomicLong();
    RuntimeObserver observer =
        new RuntimeObserver() {
          @Override
          public void stepped(int prefillTokens, int decodeTokens, long prefill, long decode) {
            busy.addAndGet(prefill + decode);
          }
        };
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      requests.add(request("r" + i, random, capacity));
    }
    Map<String, Recorder> heard = new HashMap<>();
    Set<String> cancelled = new HashSet<>();
    try (Generator generator = new Generator(backend, null, limits, observer)) {
      for (GenerationRequest request : requests) {
        Recorder recorder = new Recorder();
        heard.put(request.id(), recorder);
        generator.submit(request, recorder);
        if (random.nextInt(4) == 0) {
          String victim = "r" + random.nextInt(12);
          generator.cancel(victim);
          cancelled.add(victim);
        }
      }
      heard.values().forEach(Recorder::await);
      assertThat(generator.status().pagesUsed()).isZero();
      assertThat(generator.status().running() + generator.status().waiting()).isZero();
      long used =
          heard.values().stream()
              .map(r -> r.await().usage())
              .mapToLong(u -> u.prefillNanos() + u.decodeNanos())
              .sum();
      assertThat(used).isEqualTo(busy.get());
    }
    for (GenerationRequest request : requests) {
      List<Integer> alone = alone(request, capacity);
      Recorder recorder = heard.get(request.id());
      if (recorder.await().reason() == Completion.Reason.CANCELLED) {
        assertThat(cancelled).contains(request.id());
        assertThat(recorder.ids()).isEqualTo(alone.subList(0, recorder.ids().size()));
      } else {
        assertThat(recorder.ids()).as(request.id()).isEqualTo(alone);
      }
    }
  }

  private static List<Integer> alone(GenerationRequest request, int capacity) {
    FakeBackend backend = new FakeBackend(1, capacity);
    RuntimeLimits limits = new RuntimeLimits(FakeBackend.VOCABULARY, capacity + 1, capacity, 1, 1);
    try (Generator generator = new Generator(backend, null, limits, RuntimeObserver.NONE)) {
      Recorder recorder = new Recorder();
      generator.submit(request, recorder);
      return recorder.ids();
    }
  }

  /** Prompts begin alike, so that pages are shared. */
  private static GenerationRequest request(String id, Random random, int capacity) {
    int total = 2 + random.nextInt(capacity - 1);
    int promptLength = 1 + random.nextInt(total - 1);
    int differsFrom = random.nextInt(promptLength + 1);
    int[] prompt = new int[promptLength];
    for (int i = 0; i < promptLength; i++) {
      prompt[i] = i < differsFrom ? 1 + i % 40 : random.nextInt(FakeBackend.VOCABULARY);
    }
    boolean greedy = random.nextBoolean();
    SamplingParams sampling =
        greedy
            ? SamplingParams.GREEDY
            : new SamplingParams(
                0.8f, 0.9f, 20, 0.01f, 0.5f, 0.2f, 1.1f, random.nextLong(), Map.of(), false, 0);
    return new GenerationRequest(
        id,
        prompt,
        total - promptLength,
        sampling,
        Set.of(random.nextInt(FakeBackend.VOCABULARY)),
        new byte[] {(byte) random.nextInt(2)},
        random.nextInt(3),
        0,
        random.nextInt(5) == 0,
        GenerationRequest.ALL_HERE,
        0);
  }
}
