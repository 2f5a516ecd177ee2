package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepObserver;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import dev.guildhall.engine.model.Safetensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden folder through {@code step} and {@code draft}, with every form of kernels. */
class GoldenTest {
  private static final List<String> NAMES =
      List.of(
          "moe-basic",
          "moe-fp8-blocks",
          "moe-no-q-lora",
          "moe-two-shared",
          "moe-yarn-long",
          "mtp-one");

  static Stream<Arguments> cases() {
    return NAMES.stream()
        .flatMap(name -> Fixtures.usableForms().stream().map(k -> Arguments.of(name, k)));
  }

  static Stream<String> names() {
    return NAMES.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithTheExpectedTensors(String name, Kernels kernels) {
    try (Backend backend = Session.open(Session.golden(name), kernels);
        Safetensors golden = golden(name)) {
      int[][] ids = ids(golden);
      Check check = new Check(golden);
      Slice[] slices = new Slice[ids.length];
      for (int s = 0; s < ids.length; s++) {
        slices[s] =
            new Slice(ids[s], 0, Session.pages(backend, s, ids[s].length), Logits.ALL, true);
      }
      List<SliceOutput> out =
          backend.step(new StepInput(List.of(slices), check), backend.localExperts()).slices();
      assertThat(check.layers).isGreaterThan(3);
      float[] logits = new float[0];
      for (SliceOutput slice : out) {
        logits = Session.join(logits, slice.logits());
      }
      Check.close("logits", logits, golden.tensor("logits").floats());
      assertThat(Session.greedy(backend, golden.tensor("greedy.prompt").ints(), 24))
          .isEqualTo(golden.tensor("greedy.tokens").ints());
      if (golden.has("mtp.logits_from_post_norm")) {
        drafts(backend, golden, ids, out);
      }
    }
  }

  private static void drafts(
      Backend backend, Safetensors golden, int[][] ids, List<SliceOutput> out) {
    float[] logits = new float[0];
    for (int s = 0; s < ids.length; s++) {
      int n = ids[s].length;
      int hidden = out.get(s).hidden().length / n;
      Slice slice =
          new Slice(
              Arrays.copyOfRange(ids[s], 1, n), 1, Session.pages(backend, s, n), Logits.ALL, true);
      float[] states = Arrays.copyOf(out.get(s).hidden(), (n - 1) * hidden);
      SliceOutput draft =
          backend
              .draft(new StepInput(List.of(slice)), states, backend.localExperts())
              .slices()
              .getFirst();
      assertThat(draft.hidden()).hasSize((n - 1) * hidden);
      logits = Session.join(logits, draft.logits());
    }
    Check.close(
        "mtp.logits_from_post_norm", logits, golden.tensor("mtp.logits_from_post_norm").floats());
  }

  @ParameterizedTest
  @MethodSource("names")
  void chunksAndCompanyChangeNoBit(String name) {
    try (Backend backend = Session.open(Session.golden(name), KernelChoice.kernels());
        Safetensors golden = golden(name)) {
      int[][] ids = ids(golden);
      int n = ids[0].length;
      SliceOutput[] whole = new SliceOutput[2];
      for (int s = 0; s < 2; s++) {
        whole[s] = Session.run(backend, ids[s], Session.pages(backend, s, n), n);
        for (int chunk : new int[] {1, 7, 64}) {
          SliceOutput chunked =
              Session.run(backend, ids[s], Session.pages(backend, 2 + s, n), chunk);
          assertThat(chunked.logits()).as("chunks of %d", chunk).isEqualTo(whole[s].logits());
          assertThat(chunked.hidden()).as("chunks of %d", chunk).isEqualTo(whole[s].hidden());
        }
      }
      Slice[] together = new Slice[2];
      for (int s = 0; s < 2; s++) {
        together[s] = new Slice(ids[s], 0, Session.pages(backend, s, n), Logits.ALL, true);
      }
      List<SliceOutput> out = Session.step(backend, together);
      for (int s = 0; s < 2; s++) {
        assertThat(out.get(s).logits()).isEqualTo(whole[s].logits());
        assertThat(out.get(s).hidden()).isEqualTo(whole[s].hidden());
      }
    }
  }

  private static Safetensors golden(String name) {
    return Safetensors.open(Session.golden(name).resolve("golden.safetensors"));
  }

  private static int[][] ids(Safetensors golden) {
    int[] all = golden.tensor("input_ids").ints();
    int n = all.length / 2;
    return new int[][] {Arrays.copyOf(all, n), Arrays.copyOfRange(all, n, 2 * n)};
  }

  /** Compares what a step shows with the expected tensors. */
  private static final class Check implements StepObserver {
    private final Safetensors golden;
    private int layers;

    Check(Safetensors golden) {
      this.golden = golden;
    }

    @Override
    public void hidden(int layer, float[] rows) {
      String name = golden.has("hidden." + layer) ? "hidden." + layer : "hidden.final_norm";
      close(name, rows, golden.tensor(name).floats());
      layers++;
    }

    @Override
    public void routed(int layer, int[] experts, float[] weights) {
      assertThat(experts).isEqualTo(golden.tensor("router." + layer + ".experts").ints());
      float[] expected = golden.tensor("router." + layer + ".weights").floats();
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs(weights[i] - expected[i])).isLessThanOrEqualTo(1e-5f);
      }
    }

    static void close(String name, float[] actual, float[] expected) {
      assertThat(actual).as(name).hasSameSizeAs(expected);
      float largest = 0;
      float difference = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
      }
      assertThat(difference).as(name).isLessThanOrEqualTo(2e-4f * largest);
    }
  }
}
