package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Experts come and go; those that are there compute what they always do. */
class HoldTest {
  private static final int LAYER = 2;

  private static Backend open(String golden, List<BitSet> held) {
    return new CpuBackendProvider().open(Session.golden(golden), new BackendOptions(64, 64, held));
  }

  private static List<BitSet> experts(int layers, int... ids) {
    BitSet set = new BitSet();
    IntStream.of(ids).forEach(set::set);
    return IntStream.range(0, layers).mapToObj(l -> set).toList();
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
    return backend.localExperts().forward(LAYER, batch);
  }

  @ParameterizedTest
  @CsvSource({"moe-basic, 64", "moe-fp8-blocks, 192"})
  void expertsComeAndGo(String golden, int width) {
    try (Backend all = open(golden, null);
        Backend some = open(golden, experts(3, 0, 1))) {
      assertThatThrownBy(() -> forward(some, 5, width))
          .isInstanceOf(ExpertsUnavailableException.class);
      some.hold(experts(3, 0, 1, 5));
      assertThat(forward(some, 5, width)).isEqualTo(forward(all, 5, width));
      assertThat(forward(some, 0, width)).isEqualTo(forward(all, 0, width));
      some.hold(experts(3, 1, 5));
      assertThatThrownBy(() -> forward(some, 0, width))
          .isInstanceOf(ExpertsUnavailableException.class);
      assertThat(forward(some, 1, width)).isEqualTo(forward(all, 1, width));
      assertThat(forward(some, 5, width)).isEqualTo(forward(all, 5, width));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = "moe-basic")
  void whatDoesNotFitTheModelIsRefused(String golden) {
    try (Backend backend = open(golden, null)) {
      assertThatThrownBy(() -> backend.hold(experts(2, 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("experts of 2 layers, the model has 3");
      assertThatThrownBy(() -> backend.hold(experts(3, 1000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("layer 1: expert 1000 of");
    }
  }
}
