package dev.guildhall.cli.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/** Checked access to the fields of a file of expert loads. */
record LoadFields(Path file, JsonNode json) {

  int count(String field) {
    JsonNode value = required(field);
    if (!value.isInt() || value.intValue() < 1) {
      throw new LoadFileException(file, field + " is not a positive whole number");
    }
    return value.intValue();
  }

  double[] numbers(String field, int length) {
    return numbers(field, required(field), length);
  }

  double[][][] loads(int layers, int experts) {
    JsonNode windows = required("loads");
    if (!windows.isArray() || windows.isEmpty()) {
      throw new LoadFileException(file, "loads has no window");
    }
    double[][][] loads = new double[windows.size()][layers][];
    for (int window = 0; window < loads.length; window++) {
      String where = "loads[%d]".formatted(window);
      length(where, windows.get(window), layers, "layers");
      for (int layer = 0; layer < layers; layer++) {
        JsonNode row = windows.get(window).get(layer);
        String here = where + "[%d]".formatted(layer);
        length(here, row, experts, "experts");
        loads[window][layer] = numbers(here, row, experts);
      }
    }
    return loads;
  }

  private double[] numbers(String where, JsonNode row, int length) {
    length(where, row, length, "numbers");
    double[] numbers = new double[length];
    for (int k = 0; k < length; k++) {
      JsonNode value = row.get(k);
      if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
        throw new LoadFileException(file, "%s[%d] is not a number".formatted(where, k));
      }
      if (value.doubleValue() < 0) {
        throw new LoadFileException(
            file, "%s[%d] is negative: %s".formatted(where, k, value.asText()));
      }
      numbers[k] = value.doubleValue();
    }
    return numbers;
  }

  private void length(String where, JsonNode row, int length, String what) {
    if (!row.isArray() || row.size() != length) {
      throw new LoadFileException(
          file, "%s has %d %s instead of %d".formatted(where, row.size(), what, length));
    }
  }

  private JsonNode required(String field) {
    JsonNode value = json.get(field);
    if (value == null || value.isNull()) {
      throw new LoadFileException(file, "the field '%s' is missing".formatted(field));
    }
    return value;
  }
}
