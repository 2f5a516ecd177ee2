package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.model.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real gRPC, any number of ranks draws exactly the tokens that PyTorch drew. */
class GoldenTokensTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void sampleCheckpoint(int size) {
    try (Safetensors expected =
            Safetensors.open(TestGroup.sample().resolve("expected.safetensors"));
        TestGroup group = new TestGroup(TestGroup.sample(), size)) {
      group.awaitReady();
      // All prompts at once, spread over the ranks: each rank computes for itself and for others.
      List<CompletableFuture<int[]>> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int index = i;
        int[] prompt = expected.tensor("prompt." + i).ints();
        answers.add(
            CompletableFuture.supplyAsync(
                () -> group.greedy(index % size, "r" + index, prompt, 48)));
      }
      for (int i = 0; i < 5; i++) {
        assertThat(answers.get(i).join())
            .as("prompt " + i)
            .isEqualTo(expected.tensor("greedy." + i).ints());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "moe-basic,2",
    "moe-no-q-lora,2",
    "moe-two-shared,2",
    "moe-yarn-long,2",
    "moe-fp8-blocks,2",
    "mtp-one,2",
    "moe-basic,4"
  })
  void goldens(String name, int size) {
    Path folder = TestGroup.root().resolve("engine/goldens/" + name);
    try (Safetensors golden = Safetensors.open(folder.resolve("golden.safetensors"));
        TestGroup group = new TestGroup(folder, size)) {
      group.awaitReady();
      int[] prompt = golden.tensor("greedy.prompt").ints();
      int[] expected = golden.tensor("greedy.tokens").ints();
      for (int rank = 0; rank < size; rank++) {
        assertThat(group.greedy(rank, "r" + rank, prompt, expected.length)).isEqualTo(expected);
      }
    }
  }
}
