package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole steps with Hopper's attention in them beside the same steps in float32. */
class HopperAttentionTest {
  private static final String PROPERTY = "guildhall.cuda.arithmetic";
  private static final int VOCABULARY = 320;
  private static final int HIDDEN = 256;
  private static final int PAGES = 40;
  private static final int[] LONG = tokens(1, 310);
  private static final int[] SHORT = tokens(2, 10);

  @TempDir Path folder;

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @AfterEach
  void asBefore() {
    System.clearProperty(PROPERTY);
  }

  private static int[] tokens(long seed, int count) {
    return new Random(seed).ints(count, 0, VOCABULARY).toArray();
  }

  private static CudaBackend open(Path model, String arithmetic) {
    System.setProperty(PROPERTY, arithmetic);
    return new CudaBackend(model, new BackendOptions(PAGES * 16, 320, null));
  }

  /** Pages of the two sequences lie among each other. */
  private static Slice slice(int[] of, int from, int to, boolean first) {
    int[] pages = IntStream.range(0, PAGES / 2).map(i -> 2 * i + (first ? 0 : 1)).toArray();
    return new Slice(Arrays.copyOfRange(of, from, to), from, pages, Logits.ALL, true);
  }

  /**
   * Logits of all rows: a prompt in one step (above 256 tokens in two turns of attention), another
   * beside the first's tokens, then tokens of both, with drafts of the MTP layer.
   */
  private static List<float[]> run(Backend backend, int length) {
    List<float[]> rows = new ArrayList<>();
    SliceOutput prompt = step(backend, rows, slice(LONG, 0, length, true)).slices().getFirst();
    int drafted = 20;
    float[] hidden = Arrays.copyOfRange(prompt.hidden(), 0, drafted * HIDDEN);
    add(
        rows,
        backend.draft(input(slice(LONG, 1, 1 + drafted, true)), hidden, backend.localExperts()));
    step(backend, rows, slice(LONG, length, length + 1, true), slice(SHORT, 0, 6, false));
    for (int i = 1; i < 4; i++) {
      step(
          backend,
          rows,
          slice(LONG, length + i, length + 1 + i, true),
          slice(SHORT, 5 + i, 6 + i, false));
    }
    return rows;
  }

  private static StepInput input(Slice... slices) {
    return new StepInput(List.of(slices));
  }

  private static StepOutput step(Backend backend, List<float[]> rows, Slice... slices) {
    StepOutput output = backend.step(input(slices), backend.localExperts());
    add(rows, output);
    return output;
  }

  private static void add(List<float[]> rows, StepOutput output) {
    for (SliceOutput slice : output.slices()) {
      for (int at = 0; at < slice.logits().length; at += VOCABULARY) {
        rows.add(Arrays.copyOfRange(slice.logits(), at, at + VOCABULARY));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false, 128, 258, 0.03", "false, , 66, 0.03", "true, 128, 66, 0.2"})
  void stepsAreThoseOfFloat32(boolean fp8, Integer queryRank, int length, double allowed)
      throws IOException {
    RandomModel.write(folder, fp8, queryRank);
    List<float[]> expected;
    long wide;
    try (CudaBackend backend = open(folder, "float32")) {
      wide = backend.cache().bytesPerToken();
      expected = run(backend, length);
    }
    try (CudaBackend backend = open(folder, "tensor")) {
      assertThat(backend.cache().bytesPerToken()).isEqualTo(wide / 2).isEqualTo(3 * 576 * 2);
      List<float[]> actual = run(backend, length);
      assertThat(backend.launched()).contains("mla_decode").doesNotContain("mla_prefill");
      assertThat(actual).hasSize(expected.size());
      for (int i = 0; i < actual.size(); i++) {
        assertThat(Numbers.difference(actual.get(i), expected.get(i)))
            .as("row %d", i)
            .isBetween(1e-5, allowed);
      }
    }
  }

  /**
   * With DeepSeek-V3's heads a long chunk takes the kernel for prompts: after other tokens of its
   * sequence, between rows of another one, and in the MTP layer.
   */
  @ParameterizedTest
  @CsvSource({"false, 0.03", "true, 0.2"})
  void longChunksAreThoseOfFloat32(boolean fp8, double allowed) throws IOException {
    RandomModel.write(folder, fp8, 128, 128, 128);
    List<float[]> expected;
    try (CudaBackend backend = open(folder, "float32")) {
      expected = chunks(backend, !fp8);
    }
    try (CudaBackend backend = open(folder, "tensor")) {
      List<float[]> actual = chunks(backend, !fp8);
      assertThat(backend.launched()).contains("mla_prefill", "mla_decode");
      assertThat(actual).hasSize(expected.size());
      for (int i = 0; i < actual.size(); i++) {
        assertThat(Numbers.difference(actual.get(i), expected.get(i)))
            .as("row %d", i)
            .isBetween(1e-5, allowed);
      }
    }
  }

  private static List<float[]> chunks(Backend backend, boolean drafts) {
    List<float[]> rows = new ArrayList<>();
    step(backend, rows, slice(SHORT, 0, 4, false));
    step(backend, rows, slice(LONG, 0, 40, true));
    SliceOutput chunk =
        step(backend, rows, slice(SHORT, 4, 5, false), slice(LONG, 40, 300, true))
            .slices()
            .getLast();
    step(backend, rows, slice(LONG, 300, 301, true), slice(SHORT, 5, 6, false));
    if (drafts) {
      float[] hidden = Arrays.copyOfRange(chunk.hidden(), 0, 258 * HIDDEN);
      add(rows, backend.draft(input(slice(LONG, 1, 259, true)), hidden, backend.localExperts()));
    }
    return rows;
  }

  @Test
  void chunksAndWhatLiesBetweenThemAreSpans() {
    var slices =
        List.of(slice(SHORT, 0, 3, false), slice(LONG, 10, 267, true), slice(LONG, 0, 2, true));
    assertThat(HopperPrefill.spans(slices, 264))
        .containsExactly(
            new HopperPrefill.Span(0, 3, 0, false),
            new HopperPrefill.Span(3, 257, 10, true),
            new HopperPrefill.Span(260, 4, 0, false));
    assertThat(HopperPrefill.spans(slices.subList(0, 1), 4))
        .containsExactly(new HopperPrefill.Span(0, 4, 0, false));
  }

  /** No launch depends on the length of a sequence, so growing past 256 keys needs no new graph. */
  @Test
  void oneGraphServesAnyLength() throws IOException {
    RandomModel.write(folder, false, 128);
    try (CudaBackend backend = open(folder, "tensor")) {
      step(backend, new ArrayList<>(), slice(LONG, 0, 254, true));
      for (int i = 254; i < 259; i++) {
        step(backend, new ArrayList<>(), slice(LONG, i, i + 1, true));
      }
      assertThat(backend.captured())
          .containsExactly(new StepGraphs.Stretch(new StepShape(false, false, 1, 1, true), 0));
    }
  }
}
