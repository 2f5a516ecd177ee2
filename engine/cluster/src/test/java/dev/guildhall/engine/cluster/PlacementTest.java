package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.guildhall.engine.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {
  private final ModelConfig config =
      ModelConfig.read(
          Path.of(System.getProperty("guildhall.root", "../.."))
              .resolve("manifests/samples/models/small-v3"));

  private static final BitSet ALL = ranks(0, 1, 2, 3);

  @TempDir Path folder;

  private static BitSet ranks(int... ranks) {
    return IntStream.of(ranks).collect(BitSet::new, BitSet::set, BitSet::or);
  }

  private Path file(IntStream experts, int layers) throws IOException {
    String layer = experts.mapToObj(String::valueOf).collect(Collectors.joining(",", "[", "]"));
    String all = IntStream.range(0, layers).mapToObj(i -> layer).collect(Collectors.joining(","));
    return Files.writeString(
        folder.resolve("placement.json"),
        "{\"epoch\":3,\"reason\":\"because\",\"layers\":[" + all + "]}");
  }

  @Test
  void withoutAFileRangesAreContiguousAndDenseLayersHoldNothing() {
    Placement placement = PlacementReader.read(null, config, 4);
    assertThat(placement.heldBy(1)).hasSize(7);
    assertThat(placement.heldBy(1).getFirst().isEmpty()).isTrue();
    assertThat(placement.heldBy(1).get(1).stream()).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
  }

  @Test
  void copiesOfAnExpertAreUsedLocallyFirst() throws IOException {
    // 36 slots over 4 ranks: each rank holds 9, the last four slots repeat expert 0.
    Path file = file(IntStream.concat(IntStream.range(0, 32), IntStream.of(0, 0, 0, 0)), 5);
    Placement placement = PlacementReader.read(file, config, 4);
    assertThat(placement.epoch()).isEqualTo(3);
    assertThat(asked(placement, 3, ALL, 0)).isEqualTo(3);
    assertThat(asked(placement, 0, ALL, 0)).isZero();
    assertThat(asked(placement, 1, ALL, 0)).isIn(0, 3);
    assertThat(asked(placement, 1, ALL, 31)).isEqualTo(3);
  }

  @Test
  void whatAMissingRankHoldsIsAskedOfOthers() throws IOException {
    // 64 slots over 4 ranks: ranks 0 and 2 hold the first half, 1 and 3 the second.
    Path file = file(IntStream.range(0, 64).map(slot -> slot % 32), 5);
    Placement placement = PlacementReader.read(file, config, 4);
    assertThat(placement.isCoveredBy(ALL, config.layers())).isTrue();
    assertThat(placement.isCoveredBy(ranks(0, 1, 3), config.layers())).isTrue();
    assertThat(placement.isCoveredBy(ranks(0, 2), config.layers())).isFalse();
    assertThat(IntStream.range(0, 32).map(e -> asked(placement, 1, ranks(0, 1, 3), e)))
        .containsOnly(0, 1);
    assertThat(IntStream.range(0, 32).map(e -> asked(placement, 0, ranks(0, 2), e)))
        .containsOnly(0, Placement.NOBODY)
        .startsWith(0)
        .endsWith(Placement.NOBODY);
  }

  /** The one rank that a caller asks for all rows of an expert of the second layer. */
  private static int asked(Placement placement, int caller, BitSet there, int expert) {
    Shares shares = placement.shares(caller, 32, there)[1][expert];
    assertThat(shares.ranks().length).isLessThanOrEqualTo(1);
    return shares.at(7);
  }

  @Test
  void weightsAreReadAndCheckedByLayerAndSlot() throws IOException {
    Path file = file(IntStream.range(0, 64).map(slot -> slot % 32), 5);
    String layer = "[" + "3,".repeat(32) + "1,".repeat(31) + "1]";
    Shares shares =
        PlacementReader.read(weighted(file, (layer + ",").repeat(4) + layer), config, 4)
            .shares(0, 32, ALL)[2][5];
    assertThat(shares.ranks()).containsExactly(0, 2);
    assertThat(shares.upTo()).containsExactly(3L << 30, 1L << 32);

    assertInvalid(weighted(file, layer), "weights has 1 layers, layers has 5");
    assertInvalid(
        weighted(file, (layer + ",").repeat(4) + "[1]"),
        "weights[4] has 1 slots, layers[4] has 64");
    assertInvalid(
        weighted(file, (layer + ",").repeat(4) + layer.replace("3,1", "3,-1")),
        "weights[4][32] is negative: -1");
  }

  private static Path weighted(Path file, String layers) throws IOException {
    String plain = Files.readString(file);
    return Files.writeString(
        file.resolveSibling("weighted.json"),
        plain.substring(0, plain.length() - 1) + ",\"weights\":[" + layers + "]}");
  }

  @Test
  void wrongPlacementsNameTheLayer() throws IOException {
    assertInvalid(file(IntStream.range(0, 32), 4), "has 4 layers, the model has 5");
    assertInvalid(file(IntStream.range(0, 31), 5), "layers[0] has 31 slots");
    assertInvalid(file(IntStream.range(1, 33), 5), "layers[0] names expert 32");
    assertInvalid(
        file(IntStream.concat(IntStream.range(0, 31), IntStream.of(0)), 5),
        "gives expert 31 no slot");
    assertInvalid(Files.writeString(folder.resolve("broken"), "{"), "is no placement");
    assertThatExceptionOfType(InvalidPlacementException.class)
        .isThrownBy(() -> PlacementReader.read(null, config, 5))
        .withMessageContaining("32 experts do not divide over 5 ranks");
  }

  private void assertInvalid(Path file, String message) {
    assertThatExceptionOfType(InvalidPlacementException.class)
        .isThrownBy(() -> PlacementReader.read(file, config, 4))
        .withMessageContaining(message);
  }
}
