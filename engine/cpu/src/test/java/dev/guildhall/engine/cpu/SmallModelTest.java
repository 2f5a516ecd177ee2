package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import dev.guildhall.engine.model.Safetensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The trained sample checkpoint: greedy text, batching, and experts spread over ranks. */
class SmallModelTest {
  private static final int PROMPTS = 5;
  private static final int TOKENS = 48;
  private static Safetensors expected;

  @BeforeAll
  static void open() {
    expected = Safetensors.open(Session.SMALL.resolve("expected.safetensors"));
  }

  @AfterAll
  static void close() {
    expected.close();
  }

  static Stream<Kernels> forms() {
    return Fixtures.usableForms().stream();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void writesTheExpectedText(Kernels kernels) {
    try (Backend backend = Session.open(Session.SMALL, kernels)) {
      // The plain form is slow, and gives the same bits.
      int prompts = kernels instanceof JavaKernels ? 1 : PROMPTS;
      for (int i = 0; i < prompts; i++) {
        assertThat(Session.greedy(backend, prompt(i), TOKENS)).isEqualTo(greedy(i));
      }
    }
  }

  @Test
  void aBatchOfFiveGivesTheBitsOfEachAlone() {
    try (Backend backend = Session.open(Session.SMALL, KernelChoice.kernels())) {
      List<float[]> alone = new ArrayList<>();
      Slice[] slices = new Slice[PROMPTS];
      for (int i = 0; i < PROMPTS; i++) {
        int[] all = all(i);
        alone.add(Session.run(backend, all, Session.pages(backend, 9, all.length), 64).logits());
        slices[i] = new Slice(all, 0, Session.pages(backend, i, 60), Logits.ALL);
      }
      List<SliceOutput> together = Session.step(backend, slices);
      for (int i = 0; i < PROMPTS; i++) {
        assertThat(together.get(i).logits()).isEqualTo(alone.get(i));
      }
    }
  }

  @Test
  void fourRanksGiveTheBitsOfOne() {
    List<Backend> ranks = new ArrayList<>();
    try (Backend one = Session.open(Session.SMALL, KernelChoice.kernels())) {
      for (int rank = 0; rank < 4; rank++) {
        BitSet share = new BitSet();
        share.set(rank * 8, rank * 8 + 8);
        List<BitSet> held = IntStream.range(0, 7).mapToObj(i -> share).toList();
        ranks.add(Session.open(Session.SMALL, KernelChoice.kernels(), held));
      }
      int[] all = all(0);
      int[] pages = Session.pages(one, 0, all.length);
      Slice slice = new Slice(all, 0, pages, Logits.ALL);
      float[] expectedLogits = Session.step(one, slice).getFirst().logits();
      float[] spread =
          ranks
              .getFirst()
              .step(new StepInput(List.of(slice)), new Spread(ranks))
              .slices()
              .getFirst()
              .logits();
      assertThat(spread).isEqualTo(expectedLogits);
      assertThat(ranks.getFirst().expertTokens()).isEqualTo(one.expertTokens());
      assertThat(Arrays.stream(one.expertTokens()).map(l -> Arrays.stream(l).sum()))
          .containsOnly(4L * all.length)
          .hasSize(5);
    } finally {
      ranks.forEach(Backend::close);
    }
  }

  /** Sends each expert's rows to the rank that holds it, one call per expert. */
  private record Spread(List<Backend> ranks) implements ExpertCompute {
    @Override
    public float[] forward(int layer, ExpertBatch batch) {
      float[] out = new float[0];
      int first = 0;
      for (int i = 0; i < batch.experts().length; i++) {
        int count = batch.rowCounts()[i];
        int[] rows = Arrays.copyOfRange(batch.rows(), first, first + count);
        out =
            Session.join(
                out,
                ranks
                    .get(batch.experts()[i] / 8)
                    .localExperts()
                    .forward(
                        layer,
                        new ExpertBatch(
                            new int[] {batch.experts()[i]},
                            new int[] {count},
                            rows,
                            batch.hidden(),
                            batch.hiddenSize())));
        first += count;
      }
      return out;
    }
  }

  private static int[] prompt(int i) {
    return expected.tensor("prompt." + i).ints();
  }

  private static int[] greedy(int i) {
    return expected.tensor("greedy." + i).ints();
  }

  private static int[] all(int i) {
    return IntStream.concat(Arrays.stream(prompt(i)), Arrays.stream(greedy(i))).toArray();
  }
}
