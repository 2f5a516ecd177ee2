package dev.guildhall.engine.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.guildhall.engine.backend.CacheGeometry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * Cache pages outside the heap: for each layer, page and token the normalised latent followed by
 * the rotated key, as floats.
 */
final class LatentCache {
  static final int PAGE_TOKENS = 16;

  /** Layer by layer, token by token, in this machine's byte order. */
  private static final String FORM = "cpu f32 " + ByteOrder.nativeOrder();

  private final MemorySegment[] layers;
  private final CacheGeometry geometry;
  private final int width;
  private final long pageBytes;

  LatentCache(Arena arena, int layers, int width, int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("cacheTokens is " + tokens + ": at least 1 is needed");
    }
    this.width = width;
    this.pageBytes = (long) PAGE_TOKENS * width * Float.BYTES;
    this.geometry =
        new CacheGeometry(
            Math.ceilDiv(tokens, PAGE_TOKENS),
            PAGE_TOKENS,
            (long) layers * width * Float.BYTES,
            FORM);
    this.layers = new MemorySegment[layers];
    for (int i = 0; i < layers; i++) {
      this.layers[i] = arena.allocate(geometry.pages() * pageBytes, 64);
    }
  }

  CacheGeometry geometry() {
    return geometry;
  }

  /** A page as a matrix of tokens × width. */
  Matrix page(int layer, int page) {
    return new Matrix(
        layers[layer].asSlice(page * pageBytes, pageBytes), Matrix.Type.F32, PAGE_TOKENS, width);
  }

  void write(int layer, int[] pages, int position, float[] row, int offset) {
    long at =
        pages[position / PAGE_TOKENS] * pageBytes
            + (long) (position % PAGE_TOKENS) * width * Float.BYTES;
    MemorySegment.copy(row, offset, layers[layer], Matrix.FLOAT, at, width);
  }

  byte[] read(int page) {
    byte[] content = new byte[geometry.pageBytes()];
    for (int i = 0; i < layers.length; i++) {
      MemorySegment.copy(
          layers[i], JAVA_BYTE, page * pageBytes, content, (int) (i * pageBytes), (int) pageBytes);
    }
    return content;
  }

  void write(int page, byte[] content) {
    for (int i = 0; i < layers.length; i++) {
      MemorySegment.copy(
          content, (int) (i * pageBytes), layers[i], JAVA_BYTE, page * pageBytes, (int) pageBytes);
    }
  }
}
