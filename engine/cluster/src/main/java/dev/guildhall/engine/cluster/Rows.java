package dev.guildhall.engine.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Rows of float32 on the wire, little-endian. */
final class Rows {
  private Rows() {}

  static ByteString encode(float[] rows) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * rows.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(rows);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  static float[] decode(ByteString bytes) {
    float[] rows = new float[bytes.size() / 4];
    bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(rows);
    return rows;
  }
}
