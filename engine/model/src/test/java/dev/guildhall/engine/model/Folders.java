package dev.guildhall.engine.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Committed model folders and ways to make broken ones. */
final class Folders {
  private static final Path ROOT =
      Path.of(System.getProperty("guildhall.root", "../..")).toAbsolutePath().normalize();

  private Folders() {}

  static Path golden(String name) {
    return ROOT.resolve("engine/goldens").resolve(name);
  }

  static Path smallV3() {
    return ROOT.resolve("manifests/samples/models/small-v3");
  }

  static List<Path> goldens() {
    try (Stream<Path> all = Files.list(ROOT.resolve("engine/goldens"))) {
      return all.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy of a golden's configuration and weights that a test may break. */
  static Path copy(String golden, Path to) throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(golden(golden).resolve(file), to.resolve(file));
    }
    return to;
  }

  static Path write(Path file, String text) throws IOException {
    return Files.writeString(file, text);
  }

  /** A safetensors file of exactly these header and data bytes. */
  static Path safetensors(Path file, String header, int dataBytes) throws IOException {
    return safetensors(file, header.getBytes(StandardCharsets.UTF_8), new byte[dataBytes]);
  }

  static Path safetensors(Path file, byte[] header, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).put(data);
    return Files.write(file, bytes.array());
  }

  /** Header and data of a safetensors file, apart. */
  static byte[][] split(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) bytes.getLong()];
    byte[] data = new byte[bytes.capacity() - 8 - header.length];
    bytes.get(header).get(data);
    return new byte[][] {header, data};
  }
}
