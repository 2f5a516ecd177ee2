package dev.guildhall.engine.model.verify;

import java.util.ArrayList;
import java.util.List;

/** Collects rows of values. */
final class Rows {
  private final List<float[]> parts = new ArrayList<>();

  void add(float[] part) {
    parts.add(part.clone());
  }

  float[] joined() {
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
