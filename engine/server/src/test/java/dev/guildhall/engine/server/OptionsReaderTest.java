package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsReaderTest {
  private static final Map<String, String> TWO_RANKS =
      Map.of(
          "GUILDHALL_MODEL_DIR", "/models/small-v3",
          "GUILDHALL_RANKS", "2",
          "GUILDHALL_PEERS", "a-0.a:9000, a-1.a:9000");

  @Test
  void rankIsTheOrdinalOfTheHostNameUnlessGiven() {
    assertThat(OptionsReader.read(TWO_RANKS, List.of(), "small-v3-unified-0-1").rank())
        .isEqualTo(1);
    assertThat(OptionsReader.read(TWO_RANKS, List.of("--rank", "0"), "host").rank()).isZero();
    assertInvalid(TWO_RANKS, List.of(), "the host name host does not end in -N");
  }

  @Test
  void flagsOverrideVariables() {
    RankOptions options =
        OptionsReader.read(
            Map.of("GUILDHALL_MODEL_DIR", "/models/a", "GUILDHALL_GRPC_PORT", "1"),
            List.of("--model-dir=/models/b", "--grpc-port", "2"),
            "host");
    assertThat(options.modelDir()).hasToString("/models/b");
    assertThat(options.modelName()).isEqualTo("b");
    assertThat(options.grpcPort()).isEqualTo(2);
    assertThat(options.peers()).containsExactly("127.0.0.1:2");
  }

  @Test
  void mistakesAreNamed() {
    Map<String, String> one = Map.of("GUILDHALL_MODEL_DIR", "/m");
    assertInvalid(Map.of(), List.of(), "GUILDHALL_MODEL_DIR (or --model-dir) is not set");
    assertInvalid(one, List.of("--colour", "red"), "unknown flag --colour");
    assertInvalid(one, List.of("--rank"), "--rank needs a value");
    assertInvalid(one, List.of("--grpc-port", "x"), "GUILDHALL_GRPC_PORT is 'x'");
    assertInvalid(one, List.of("--grpc-port", "70000"), "from 0 to 65535");
    assertInvalid(one, List.of("--ranks", "2"), "GUILDHALL_PEERS must name the 2 ranks");
    assertInvalid(TWO_RANKS, List.of("--ranks", "3"), "names 2 ranks, GUILDHALL_RANKS says 3");
    assertInvalid(one, List.of("--peers", "nowhere"), "rank 0 is 'nowhere', not host:port");
    assertInvalid(
        one, List.of("--max-batch-tokens", "4", "--max-sequences", "9"), "GUILDHALL_MAX_SEQUENCES");
  }

  private static void assertInvalid(
      Map<String, String> environment, List<String> flags, String message) {
    assertThatExceptionOfType(InvalidOptionException.class)
        .isThrownBy(() -> OptionsReader.read(environment, flags, "host"))
        .withMessageContaining(message);
  }
}
