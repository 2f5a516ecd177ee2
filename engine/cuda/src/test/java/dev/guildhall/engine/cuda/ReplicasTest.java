package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.model.ModelConfig;
import dev.guildhall.engine.model.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Experts move while steps go on. */
class ReplicasTest {
  private static final Path GOLDENS = StandIn.ROOT.resolve("engine/goldens");

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @AfterEach
  void asBefore() {
    StandIn.set("memory", 4L << 30);
  }

  private static Backend open(Path folder, List<BitSet> held) {
    return new CudaBackendProvider().open(folder, new BackendOptions(128, 16, held));
  }

  private static List<BitSet> experts(int... ids) {
    BitSet set = new BitSet();
    IntStream.of(ids).forEach(set::set);
    return IntStream.range(0, 3).mapToObj(l -> set).toList();
  }

  private static float[] forward(Backend backend, int expert) {
    return forward(backend, expert, 64);
  }

  private static float[] forward(Backend backend, int expert, int width) {
    float[] x = new float[width];
    Random random = new Random(expert);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    ExpertBatch batch =
        new ExpertBatch(new int[] {expert}, new int[] {1}, new int[] {0}, x, x.length);
    return backend.localExperts().forward(2, batch);
  }

  @ParameterizedTest
  @CsvSource({"moe-basic, 64", "moe-fp8-blocks, 192"})
  void expertsComeAndGo(String golden, int width) {
    Path folder = GOLDENS.resolve(golden);
    try (Backend all = open(folder, null);
        Backend some = open(folder, experts(0, 1))) {
      assertThatThrownBy(() -> forward(some, 5, width))
          .isInstanceOf(ExpertsUnavailableException.class);
      assertThat(some.hold(experts(0, 1, 5))).isPositive();
      for (int expert : new int[] {0, 1, 5}) {
        assertThat(forward(some, expert, width)).isEqualTo(forward(all, expert, width));
      }
      some.hold(experts(1, 5));
      assertThatThrownBy(() -> forward(some, 0, width))
          .isInstanceOf(ExpertsUnavailableException.class);
      assertThat(forward(some, 1, width)).isEqualTo(forward(all, 1, width));
      assertThat(forward(some, 5, width)).isEqualTo(forward(all, 5, width));
      some.hold(experts());
      assertThatThrownBy(() -> forward(some, 5, width))
          .isInstanceOf(IllegalArgumentException.class);
      some.hold(experts(7));
      assertThat(forward(some, 7, width)).isEqualTo(forward(all, 7, width));
    }
  }

  /** Rows of a step meet their experts before, during and after a move, captured or not. */
  @Test
  void stepsBesideAMoveHaveTheSameBits() {
    int count = ModelConfig.read(GOLDENS.resolve("moe-basic")).experts();
    int[] all = IntStream.range(0, count).toArray();
    int[] most = IntStream.range(0, count - 1).toArray();
    try (Backend still = open(GOLDENS.resolve("moe-basic"), null);
        Backend backend = open(GOLDENS.resolve("moe-basic"), null)) {
      List<float[]> expected = steps(still);
      CompletableFuture<Void> moves =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 5; i++) {
                  backend.hold(experts(all));
                }
              });
      List<float[]> actual = steps(backend);
      moves.join();
      backend.hold(experts(most));
      backend.hold(experts(all));
      actual.addAll(steps(backend));
      for (int i = 0; i < actual.size(); i++) {
        assertThat(actual.get(i)).isEqualTo(expected.get(i % expected.size()));
      }
    }
  }

  private static List<float[]> steps(Backend backend) {
    List<float[]> logits = new ArrayList<>();
    for (int step = 0; step < 8; step++) {
      var slice =
          new StepInput.Slice(new int[] {7 * step + 1}, step, new int[] {0}, Logits.LAST, false);
      logits.add(
          backend
              .step(new StepInput(List.of(slice)), backend.localExperts())
              .slices()
              .getFirst()
              .logits());
    }
    return logits;
  }

  @Test
  @Tag("standin")
  void whereMemoryDoesNotSufficeTheOldOnesStay() {
    try (Backend backend = open(GOLDENS.resolve("moe-basic"), experts(0))) {
      float[] before = forward(backend, 0);
      StandIn.set("memory", 1 << 20);
      assertThatThrownBy(() -> backend.hold(experts(0, 1)))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("mlp.experts.0.gate_proj.weight and 3 more")
          .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
      assertThat(forward(backend, 0)).isEqualTo(before);
      StandIn.set("memory", 4L << 30);
      backend.hold(experts(0, 1));
      assertThat(forward(backend, 0)).isEqualTo(before);
    }
  }

  @Test
  void expertsThatAreNoNumbersAreNotTaken(@TempDir Path folder) throws IOException {
    Path golden = GOLDENS.resolve("moe-basic");
    Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));
    byte[] file = Files.readAllBytes(golden.resolve("model.safetensors"));
    String tensor = "model.layers.2.mlp.experts.5.down_proj.weight";
    int at = firstByte(file, tensor);
    file[at] = 0;
    file[at + 1] = (byte) 0xc0;
    file[at + 2] = (byte) 0xc0;
    file[at + 3] = 0x7f;
    Files.write(folder.resolve("model.safetensors"), file);
    try (Backend backend = open(folder, experts(0))) {
      assertThatThrownBy(() -> backend.hold(experts(0, 5)))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("tensor " + tensor + ": value ");
      assertThat(forward(backend, 0)).doesNotContain(Float.NaN);
      assertThatThrownBy(() -> forward(backend, 5)).isInstanceOf(ExpertsUnavailableException.class);
    }
  }

  /** Where a tensor's values begin, read from the safetensors header. */
  private static int firstByte(byte[] file, String tensor) {
    int header = file[0] & 0xff | (file[1] & 0xff) << 8 | (file[2] & 0xff) << 16;
    String json = new String(file, 8, header, StandardCharsets.UTF_8);
    String offsets = json.substring(json.indexOf("data_offsets", json.indexOf(tensor)));
    int begin =
        Integer.parseInt(offsets.substring(offsets.indexOf('[') + 1, offsets.indexOf(',')).strip());
    return 8 + header + begin;
  }
}
