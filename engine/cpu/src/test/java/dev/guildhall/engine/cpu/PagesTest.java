package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A sequence that one backend began and another goes on with. */
class PagesTest {
  private static final int[] TOKENS = IntStream.range(0, 40).map(i -> 3 + i * 7 % 200).toArray();

  private static float[] logits(Backend backend, int from, int[] pages) {
    int[] tokens = Arrays.copyOfRange(TOKENS, from, TOKENS.length);
    return Session.step(backend, new Slice(tokens, from, pages, Logits.LAST)).getFirst().logits();
  }

  @Test
  void pagesGoOverWithoutLosingABit() {
    try (Backend first = Session.open(Session.SMALL, KernelChoice.kernels());
        Backend second = Session.open(Session.SMALL, KernelChoice.kernels())) {
      assertThat(second.cache().form()).isEqualTo(first.cache().form());
      int[] mine = {7, 2, 9};
      int[] other = {0, 11, 4};
      float[] whole = logits(first, 0, mine);
      second.writePage(other[0], first.readPage(mine[0]));
      second.writePage(other[1], first.readPage(mine[1]));
      assertThat(logits(second, 32, other)).isEqualTo(whole);
    }
  }

  @Test
  void pagesThatAreNotThereAndOtherSizesAreRefused() {
    try (Backend backend = Session.open(Session.SMALL, KernelChoice.kernels())) {
      int pages = backend.cache().pages();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.readPage(pages))
          .withMessage("page %d of %d", pages, pages);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backend.writePage(0, new byte[3]))
          .withMessage("3 bytes for a page of %d", backend.cache().pageBytes());
    }
  }
}
