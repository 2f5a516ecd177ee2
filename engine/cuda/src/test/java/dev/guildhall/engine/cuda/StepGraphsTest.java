package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepObserver;
import dev.guildhall.engine.backend.StepOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Captured steps, filled up to their bucket, beside the same steps launched kernel by kernel. */
class StepGraphsTest {
  private static final StepObserver WATCHER =
      new StepObserver() {
        @Override
        public void hidden(int layer, float[] hidden) {}

        @Override
        public void routed(int layer, int[] experts, float[] weights) {}
      };

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  private static CudaBackend open() {
    return new CudaBackend(
        StandIn.ROOT.resolve("engine/goldens/mtp-one"), new BackendOptions(192, 64, null));
  }

  /** Three sequences, 5, 1 and 2 tokens long, that grow by a token a step. */
  private static List<Slice> slices(int step) {
    int[] lengths = {5, 1, 2};
    List<Slice> slices = new ArrayList<>();
    for (int s = 0; s < lengths.length; s++) {
      int[] pages = {3 * s + 2, 3 * s, 3 * s + 1};
      int start = step == 0 ? 1 : lengths[s] + step;
      int count = step == 0 ? lengths[s] : 1;
      int id = 10 * s + step;
      int[] tokens = IntStream.range(0, count).map(i -> id + 31 * i).toArray();
      slices.add(new Slice(tokens, start, pages, Logits.LAST, true));
    }
    return slices;
  }

  /** All logits of a few steps of the main model and of its MTP layer. */
  private static List<float[]> run(CudaBackend backend, ExpertCompute experts, StepObserver eye) {
    List<float[]> logits = new ArrayList<>();
    for (int step = 0; step < 4; step++) {
      StepInput input = new StepInput(slices(step), eye);
      StepOutput main = backend.step(fromZero(input, step), experts);
      float[] hidden = joined(main, step == 0 ? 1 : 0);
      StepOutput draft = backend.draft(input, hidden, experts);
      main.slices().forEach(s -> logits.add(s.logits()));
      draft.slices().forEach(s -> logits.add(s.logits()));
    }
    return logits;
  }

  /** The main model begins one position earlier. */
  private static StepInput fromZero(StepInput input, int step) {
    if (step > 0) {
      return input;
    }
    List<Slice> slices =
        input.slices().stream()
            .map(
                s -> {
                  int[] tokens = new int[s.tokens().length + 1];
                  System.arraycopy(s.tokens(), 0, tokens, 1, s.tokens().length);
                  return new Slice(tokens, 0, s.pages(), s.logits(), true);
                })
            .toList();
    return new StepInput(slices, input.observer());
  }

  private static float[] joined(StepOutput output, int dropped) {
    int width = 64;
    int total = output.slices().stream().mapToInt(s -> s.hidden().length - dropped * width).sum();
    float[] all = new float[total];
    int at = 0;
    for (StepOutput.SliceOutput s : output.slices()) {
      int count = s.hidden().length - dropped * width;
      System.arraycopy(s.hidden(), 0, all, at, count);
      at += count;
    }
    return all;
  }

  private static void same(List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(Arrays.equals(actual.get(i), expected.get(i))).as("logits %d", i).isTrue();
    }
  }

  @Test
  void capturedStepsHaveTheSameBits() {
    List<float[]> expected;
    try (CudaBackend plain = open()) {
      expected = run(plain, plain.localExperts(), WATCHER);
      assertThat(plain.captured()).isEmpty();
    }
    try (CudaBackend backend = open()) {
      same(run(backend, backend.localExperts(), null), expected);
      assertThat(backend.captured())
          .containsExactlyInAnyOrder(
              new StepGraphs.Stretch(new StepShape(false, false, 4, 1, true), 0),
              new StepGraphs.Stretch(new StepShape(true, false, 4, 1, true), 0));
      assertThat(backend.expertTokens()[0])
          .satisfies(t -> assertThat(Arrays.stream(t).sum()).isPositive());
    }
  }

  @Test
  void stepsWithExchangesAreCapturedBetweenThem() {
    List<float[]> expected;
    try (CudaBackend plain = open()) {
      expected = run(plain, plain.localExperts(), WATCHER);
    }
    try (CudaBackend backend = open()) {
      ExpertCompute elsewhere = (layer, batch) -> backend.localExperts().forward(layer, batch);
      same(run(backend, elsewhere, null), expected);
      assertThat(backend.captured())
          .contains(new StepGraphs.Stretch(new StepShape(false, true, 4, 1, true), 1));
    }
  }

  @Test
  void rowsThatFillUpAreNotCounted() {
    try (CudaBackend plain = open();
        CudaBackend backend = open()) {
      run(plain, plain.localExperts(), WATCHER);
      run(backend, backend.localExperts(), null);
      assertThat(backend.expertTokens()).isDeepEqualTo(plain.expertTokens());
    }
  }

  /** Experts move beside steps; the thread that captures must not wait or take memory itself. */
  @Test
  void onlyTheThreadThatCapturesTakesNoMemory() {
    var stretch = new StepGraphs.Stretch(new StepShape(false, false, 4, 1, true), 0);
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        StepGraphs graphs = new StepGraphs(device)) {
      Runnable elsewhere =
          () ->
              CompletableFuture.runAsync(
                      () -> {
                        device.enter();
                        memory.free(memory.allocate(128, "another thread"));
                        assertThat(device.answers()).isTrue();
                      })
                  .join();
      graphs.run(stretch, elsewhere);
      graphs.run(stretch, elsewhere);
      assertThat(graphs.captured()).containsExactly(stretch);
      var next = new StepGraphs.Stretch(stretch.shape(), 1);
      graphs.run(next, () -> {});
      assertThatThrownBy(() -> graphs.run(next, () -> memory.allocate(128, "a step")))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED");
    }
  }
}
