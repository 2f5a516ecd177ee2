package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A sequence that one device began and another goes on with, its MTP layer's entries too. */
class PagesTest {
  private static final int[] TOKENS = IntStream.range(0, 21).map(i -> 3 + i * 7 % 90).toArray();

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  private static CudaBackend open() {
    return new CudaBackend(
        StandIn.ROOT.resolve("engine/goldens/mtp-one"), new BackendOptions(192, 64, null));
  }

  private static Slice slice(int from, int to, int[] pages) {
    return new Slice(Arrays.copyOfRange(TOKENS, from, to), from, pages, Logits.LAST, true);
  }

  private static float[] main(CudaBackend backend, Slice slice) {
    return backend
        .step(new StepInput(List.of(slice)), backend.localExperts())
        .slices()
        .getFirst()
        .logits();
  }

  private static float[] draft(CudaBackend backend, Slice slice) {
    float[] hidden = new float[slice.tokens().length * hiddenSize(backend)];
    Arrays.fill(hidden, 0.25f);
    return backend
        .draft(new StepInput(List.of(slice)), hidden, backend.localExperts())
        .slices()
        .getFirst()
        .logits();
  }

  private static int hiddenSize(CudaBackend backend) {
    Slice one = new Slice(new int[] {1}, 0, new int[] {11}, Logits.LAST, true);
    return backend
        .step(new StepInput(List.of(one)), backend.localExperts())
        .slices()
        .getFirst()
        .hidden()
        .length;
  }

  @Test
  void pagesGoOverWithoutLosingABit() {
    try (CudaBackend first = open();
        CudaBackend second = open()) {
      int[] mine = {7, 2};
      int[] other = {0, 5};
      main(first, slice(0, 16, mine));
      draft(first, slice(1, 16, mine));
      second.writePage(other[0], first.readPage(mine[0]));
      assertThat(main(second, slice(16, 21, other))).isEqualTo(main(first, slice(16, 21, mine)));
      assertThat(draft(second, slice(16, 21, other))).isEqualTo(draft(first, slice(16, 21, mine)));
    }
  }
}
