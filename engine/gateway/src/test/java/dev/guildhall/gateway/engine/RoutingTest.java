package dev.guildhall.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoutingTest {

  private static final byte[] SALT = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final byte[] OTHER_SALT = {8, 7, 6, 5, 4, 3, 2, 1};

  private static RankPicker.Candidate candidate(int cached, long queued, int running) {
    return new RankPicker.Candidate(null, cached, queued, running);
  }

  private static RankPicker.Candidate pick(int prompt, RankPicker.Candidate... candidates) {
    return RankPicker.pick(List.of(candidates), prompt, n -> 0).orElseThrow();
  }

  @Test
  void aCachedPrefixWinsUntilTheQueueCostsMore() {
    assertThat(pick(1000, candidate(0, 0, 0), candidate(800, 500, 0)).cachedTokens())
        .isEqualTo(800);
    assertThat(pick(1000, candidate(0, 0, 0), candidate(800, 900, 0)).cachedTokens()).isZero();
  }

  @Test
  void runningSequencesCount() {
    assertThat(pick(10, candidate(0, 0, 5), candidate(0, 16, 1)).running()).isEqualTo(1);
  }

  @Test
  void equalRanksTakeTurns() {
    List<RankPicker.Candidate> equal = List.of(candidate(0, 0, 0), candidate(0, 0, 0));
    assertThat(RankPicker.pick(equal, 5, n -> n - 1).orElseThrow()).isSameAs(equal.get(1));
    assertThat(RankPicker.pick(List.of(), 5, n -> 0)).isEmpty();
  }

  @Test
  void pagesMatchByPrefixSaltAndRank() {
    PrefixIndex index = new PrefixIndex();
    int[] prompt = IntStream.range(0, 70).toArray();
    long[] pages = PrefixIndex.pages(prompt, 16, SALT);
    assertThat(pages).hasSize(4);
    index.add(pages, 1);
    assertThat(index.match(pages, 1)).isEqualTo(4);
    assertThat(index.match(pages, 2)).as("another rank, or the same after a restart").isZero();
    assertThat(index.match(PrefixIndex.pages(prompt, 16, OTHER_SALT), 1))
        .as("another tenant")
        .isZero();
    prompt[20]++;
    assertThat(index.match(PrefixIndex.pages(prompt, 16, SALT), 1)).isEqualTo(1);
  }

  @Test
  void plaintextStaysOnThisMachine() {
    assertThat(Channels.loopback("127.0.0.1:9000")).isTrue();
    assertThat(Channels.loopback("[::1]:9000")).isTrue();
    assertThat(Channels.loopback("localhost:9000")).isTrue();
    assertThat(Channels.loopback("127.0.0.1.example.com:9000")).isFalse();
    assertThatThrownBy(() -> Channels.open("rank.ns.svc:9000", Optional.empty()))
        .hasMessageContaining("refusing plaintext");
  }
}
