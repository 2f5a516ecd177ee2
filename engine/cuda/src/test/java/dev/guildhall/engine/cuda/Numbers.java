package dev.guildhall.engine.cuda;

/** Narrow floating-point formats, for oracles. */
final class Numbers {
  private Numbers() {}

  /** Nearest, ties to even. */
  static short bf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  static float bf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The value of an e4m3 byte: 1-4-3 bits, bias 7, no infinities. */
  static float e4m3(byte bits) {
    int exponent = bits >> 3 & 15;
    int fraction = bits & 7;
    if ((bits & 0x7f) == 0x7f) {
      return Float.NaN;
    }
    float size =
        exponent == 0 ? Math.scalb(fraction, -9) : Math.scalb(8f + fraction, exponent - 10);
    return bits < 0 ? -size : size;
  }

  /** Little-endian bytes. */
  static byte[] bytes(short[] values) {
    byte[] bytes = new byte[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[2 * i] = (byte) values[i];
      bytes[2 * i + 1] = (byte) (values[i] >> 8);
    }
    return bytes;
  }

  /** Root of the mean square of the difference, of the mean square of what is expected. */
  static double difference(float[] actual, float[] expected) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(error / size);
  }
}
