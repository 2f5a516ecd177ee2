package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import dev.guildhall.engine.model.Safetensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a sequence is cut and what shares a step change no bit of its results. */
class IndependenceTest {
  private static final List<String> NAMES =
      List.of(
          "moe-basic",
          "moe-fp8-blocks",
          "moe-no-q-lora",
          "moe-two-shared",
          "moe-yarn-long",
          "mtp-one");

  static Stream<String> names() {
    return NAMES.stream();
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
}
