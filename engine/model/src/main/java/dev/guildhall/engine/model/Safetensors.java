package dev.guildhall.engine.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One safetensors file, mapped into memory: an 8-byte little-endian header length, a JSON header,
 * the data. Opening checks the header fully and reads no data.
 */
public final class Safetensors implements AutoCloseable {
  /** Longest header that is read. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private final Arena arena = Arena.ofShared();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata;
  private final Path file;

  private Safetensors(Path file) throws IOException {
    this.file = file;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < 8) {
        throw bad("has only " + size + " bytes: too short for a safetensors file");
      }
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      long length = bytes.get(DType.LONG, 0);
      if (length < 2 || length > MAX_HEADER_BYTES) {
        throw bad(
            "says that its header has %s bytes; from 2 to %d are allowed"
                .formatted(Long.toUnsignedString(length), MAX_HEADER_BYTES));
      }
      if (length > size - 8) {
        throw bad(
            "is truncated: its header should have %d bytes, but only %d follow"
                .formatted(length, size - 8));
      }
      byte[] json = bytes.asSlice(8, length).toArray(ValueLayout.JAVA_BYTE);
      MemorySegment data = bytes.asSlice(8 + length);
      SafetensorsHeader header = SafetensorsHeader.parse(file, json, data.byteSize());
      metadata = Collections.unmodifiableMap(header.metadata());
      for (SafetensorsHeader.Entry e : header.entries().values()) {
        MemorySegment slice = data.asSlice(e.begin(), e.end() - e.begin());
        tensors.put(e.name(), new Tensor(e.name(), e.dtype(), e.shape(), slice));
      }
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Maps a file.
   *
   * @throws InvalidSafetensorsException if the header is broken or does not fit the file
   * @throws ModelException if the file cannot be read
   */
  public static Safetensors open(Path file) {
    try {
      return new Safetensors(file);
    } catch (IOException e) {
      throw new ModelException(file.getFileName() + " cannot be read: " + e, e);
    }
  }

  /** All tensors in the order of the header. */
  public Collection<Tensor> tensors() {
    return Collections.unmodifiableCollection(tensors.values());
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * A tensor by name.
   *
   * @throws TensorMismatchException if there is none
   */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new TensorMismatchException(file.getFileName() + " has no tensor " + name);
    }
    return tensor;
  }

  /** The header's free-form strings. */
  public Map<String, String> metadata() {
    return metadata;
  }

  private InvalidSafetensorsException bad(String problem) {
    return new InvalidSafetensorsException(file, problem);
  }

  /** Unmaps the file; its tensors must not be read any more. */
  @Override
  public void close() {
    arena.close();
  }
}
