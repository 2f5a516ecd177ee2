package dev.guildhall.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages of 4 tokens, caches of 16 pages. */
class HeldPrefixTest {
  private static final byte[] SALT = {1, 2};
  private static final int[] PROMPT = IntStream.range(1, 19).toArray();
  private static final RuntimeLimits LIMITS =
      new RuntimeLimits(FakeBackend.VOCABULARY, 200, 8, 4, 5);

  private final Generator here = open();
  private final Generator there = open();

  private static Generator open() {
    return new Generator(new FakeBackend(16, 4), null, LIMITS, RuntimeObserver.NONE);
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  private static Recorder run(Generator generator, String id, int[] prompt, int freshFrom) {
    var recorder = new Recorder();
    generator.submit(
        new GenerationRequest(
            id, prompt, 6, SamplingParams.GREEDY, Set.of(), SALT, 0, 0, false, freshFrom, 0),
        recorder);
    recorder.await();
    return recorder;
  }

  private static int copy(Generator from, Generator to) {
    try (var source = from.prefix(PROMPT, SALT);
        var target = to.prefix(PROMPT, SALT)) {
      for (int i = target.pages(); i < source.pages(); i++) {
        assertThat(target.append(source.read(i))).isTrue();
      }
      return target.pages();
    }
  }

  @Test
  void aRankGoesOnWithWhatAnotherComputed() {
    List<Integer> ids = run(there, "a", PROMPT, GenerationRequest.ALL_HERE).ids();
    assertThat(copy(there, here)).isEqualTo(4);
    var fresh = run(here, "b", PROMPT, 8);
    assertThat(fresh.ids()).isEqualTo(ids);
    assertThat(fresh.await().usage().cachedTokens()).as("two pages were there before").isEqualTo(8);
    assertThat(run(here, "c", PROMPT, GenerationRequest.ALL_HERE).await().usage().cachedTokens())
        .isEqualTo(16);
    assertThat(here.status().pagesUsed()).isZero();
  }

  @Test
  void pagesAreReadAsTheyAreComputedAndHeldByNobody() {
    var reader = there.reader(PROMPT, SALT);
    reader.skip(1);
    var read = new ArrayList<byte[]>();
    var times = new ArrayList<Long>();
    var listener =
        new Recorder() {
          @Override
          public void computed(Completion.Usage soFar) {
            times.add(soFar.prefillNanos());
            reader.next().ifPresent(read::add);
          }
        };
    there.submit(
        new GenerationRequest(
            "a",
            PROMPT,
            1,
            SamplingParams.GREEDY,
            Set.of(),
            SALT,
            0,
            0,
            false,
            GenerationRequest.ALL_HERE,
            0),
        listener);
    listener.await();
    assertThat(times).as("8, then 16 of 18 tokens").hasSize(2).isSorted();
    assertThat(read).hasSize(2);
    assertThat(there.status().pagesUsed()).isZero();
    try (var whole = there.prefix(PROMPT, SALT)) {
      assertThat(read).containsExactly(whole.read(1), whole.read(2));
      assertThat(reader.next()).contains(whole.read(3));
    }
    assertThat(reader.next()).as("the last page is not full").isEmpty();
    assertThat(reader.index()).isEqualTo(4);
    assertThat(there.reader(PROMPT, new byte[0]).next()).as("another salt").isEmpty();
  }

  @Test
  void anotherSaltFindsNothing() {
    run(there, "a", PROMPT, GenerationRequest.ALL_HERE);
    try (var prefix = there.prefix(PROMPT, new byte[0])) {
      assertThat(prefix.pages()).isZero();
      assertThat(prefix.most()).isEqualTo(4);
    }
  }

  @Test
  void whatIsHeldIsNotGivenAwayAndRequestsWaitForIt() {
    run(there, "a", PROMPT, GenerationRequest.ALL_HERE);
    var wanted = new Recorder();
    int[] other = IntStream.range(0, 49).toArray();
    try (var prefix = there.prefix(PROMPT, SALT)) {
      byte[] before = prefix.read(0);
      // It needs 14 of the 12 pages that are left.
      there.submit(new GenerationRequest("b", other, 6, SamplingParams.GREEDY, Set.of()), wanted);
      assertThat(there.status().running()).isZero();
      assertThat(prefix.read(0)).isEqualTo(before);
    }
    assertThat(wanted.await().reason()).isEqualTo(Completion.Reason.LENGTH);
  }

  @Test
  void aFullCacheTakesNoPage() {
    int[] most = IntStream.range(0, 64).map(i -> i % 50).toArray();
    try (var all = here.prefix(most, SALT);
        var more = here.prefix(PROMPT, new byte[] {9})) {
      byte[] page = new byte[16];
      for (int i = 0; i < 16; i++) {
        assertThat(all.append(page)).isTrue();
      }
      assertThat(all.append(page)).as("all pages of the prompt are full").isFalse();
      assertThat(more.append(page)).as("all pages of the cache are held").isFalse();
      assertThat(here.status().pagesUsed()).isEqualTo(16);
    }
    assertThat(here.status().pagesUsed()).isZero();
  }
}
