package dev.guildhall.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path dir;

  private void refused(String header, int dataBytes, String... words) throws IOException {
    Path file = Folders.safetensors(dir.resolve("bad.safetensors"), header, dataBytes);
    assertThatThrownBy(() -> Safetensors.open(file).close())
        .isInstanceOf(InvalidSafetensorsException.class)
        .hasMessageContaining("bad.safetensors")
        .hasMessageContainingAll(words);
  }

  @Test
  void readsEveryDtype() throws IOException {
    String header =
        """
        {"__metadata__":{"format":"pt"},
         "f":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
         "b":{"dtype":"BF16","shape":[1],"data_offsets":[8,10]},
         "h":{"dtype":"F16","shape":[1],"data_offsets":[10,12]},
         "e":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[12,16]},
         "i":{"dtype":"I64","shape":[1,1],"data_offsets":[16,24]},
         "j":{"dtype":"I32","shape":[],"data_offsets":[24,28]},
         "d":{"dtype":"F64","shape":[1],"data_offsets":[28,36]}}""";
    ByteBuffer data = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-2).putShort((short) 0x3fc0).putShort((short) 0x3e00);
    data.put((byte) 0x7e).put((byte) 0x81).put((byte) 0x38).put((byte) 0x7f);
    data.putLong(1L << 40).putInt(-7).putDouble(Math.PI);
    Path file =
        Folders.safetensors(
            dir.resolve("ok"), header.getBytes(StandardCharsets.UTF_8), data.array());
    try (Safetensors open = Safetensors.open(file)) {
      assertThat(open.metadata()).containsEntry("format", "pt");
      assertThat(open.tensor("f").floats()).containsExactly(1.5f, -2);
      assertThat(open.tensor("b").floats()).containsExactly(1.5f);
      assertThat(open.tensor("h").floats()).containsExactly(1.5f);
      // 448 is the largest e4m3 value, 2^-9 the smallest, 0x7f is NaN.
      assertThat(open.tensor("e").floats()).containsExactly(448, -0x1p-9f, 1, Float.NaN);
      assertThat(open.tensor("i").floats()).containsExactly(0x1p40f);
      assertThatThrownBy(() -> open.tensor("i").ints()).isInstanceOf(ArithmeticException.class);
      assertThat(open.tensor("j").ints()).containsExactly(-7);
      assertThat(open.tensor("d").doubles()).containsExactly(Math.PI);
      assertThatThrownBy(() -> open.tensor("x"))
          .isInstanceOf(TensorMismatchException.class)
          .hasMessageContaining("no tensor x");
    }
  }

  @Test
  void refusesAFileTooShortForAHeader() throws IOException {
    Path file = Files.write(dir.resolve("short.safetensors"), new byte[5]);
    assertThatThrownBy(() -> Safetensors.open(file)).hasMessageContaining("only 5 bytes");
  }

  @Test
  void refusesATruncatedHeader() throws IOException {
    Path file = dir.resolve("cut.safetensors");
    Files.write(file, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(50).array());
    assertThatThrownBy(() -> Safetensors.open(file))
        .hasMessageContainingAll("truncated", "50 bytes", "only 8");
  }

  @Test
  void refusesAHeaderOverTheLimit() throws IOException {
    Path file = dir.resolve("big.safetensors");
    for (long length : new long[] {100_000_001, -1, Long.MAX_VALUE, 0}) {
      Files.write(
          file, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
      assertThatThrownBy(() -> Safetensors.open(file)).hasMessageContaining("100000000");
    }
  }

  @Test
  void refusesTruncatedData() throws IOException {
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
        12,
        "a ends at byte 16",
        "truncated");
  }

  @Test
  void refusesOverlappingRanges() throws IOException {
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        12,
        "b begins at byte 4",
        "overlaps a");
  }

  @Test
  void refusesBytesThatBelongToNoTensor() throws IOException {
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "bytes 0 to 4");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, "last 4 bytes");
  }

  @Test
  void refusesDuplicateNames() throws IOException {
    String a = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
    refused("{" + a + "," + a + "}", 4, "Duplicate field 'a'");
  }

  @Test
  void refusesAShapeWhoseProductOverflows() throws IOException {
    refused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
        0,
        "a: the product of its shape overflows");
    refused(
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,0]}}",
        0,
        "overflows");
  }

  @Test
  void refusesNegativeValues() throws IOException {
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "negative");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4, "negative");
  }

  @Test
  void refusesARangeThatDoesNotMatchTypeAndShape() throws IOException {
    refused(
        "{\"a\":{\"dtype\":\"BF16\",\"shape\":[2,3],\"data_offsets\":[0,24]}}",
        24,
        "a: BF16 of shape [2×3] needs 12 bytes",
        "hold 24");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "hold -4");
  }

  @Test
  void refusesUnknownTypesAndBrokenJson() throws IOException {
    refused("{\"a\":{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype 'Q4'");
    refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "a lacks");
    refused("{\"a\":[1]}", 4, "a: expected START_OBJECT");
    refused("{\"a\":", 4, "not valid JSON");
    refused("[1,2,3,4]", 4, "not a JSON object");
    refused("{} x", 0, "not valid JSON");
    refused("{\"__metadata__\":{\"a\":1}}", 0, "__metadata__.a");
  }

  @Test
  void readsAHundredThousandTensorsAndZeroSizedOnes() throws IOException {
    String header =
        IntStream.range(0, 100_000)
            .mapToObj(
                i -> "\"t" + i + "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}")
            .collect(Collectors.joining(",", "{", "}"));
    try (Safetensors open = Safetensors.open(Folders.safetensors(dir.resolve("many"), header, 0))) {
      assertThat(open.tensors()).hasSize(100_000);
      assertThat(open.tensor("t99999").floats()).isEmpty();
    }
  }

  @Test
  void reportsAMissingFileByName() {
    assertThatThrownBy(() -> Safetensors.open(dir.resolve("none.safetensors")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("none.safetensors cannot be read");
  }
}
