package dev.guildhall.engine.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file, parsed as a stream and checked against the size of the
 * data: every byte belongs to exactly one tensor, and every range is as long as its type and shape
 * say.
 */
final class SafetensorsHeader {
  private static final int MAX_DIMENSIONS = 16;

  /** Where a tensor lies: {@code begin} and {@code end} count from the end of the header. */
  record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

  private final Path file;
  private final JsonParser parser;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsHeader(Path file, JsonParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Parses and checks. */
  static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) {
    if (json.length == 0 || json[0] != '{') {
      throw new InvalidSafetensorsException(file, "the header is not a JSON object");
    }
    try (JsonParser parser = Json.FACTORY.createParser(json)) {
      SafetensorsHeader header = new SafetensorsHeader(file, parser);
      header.readAll();
      header.checkCoverage(dataBytes);
      return header;
    } catch (IOException e) {
      String why = e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.toString();
      throw new InvalidSafetensorsException(file, "the header is not valid JSON: " + why, e);
    }
  }

  Map<String, Entry> entries() {
    return entries;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private void readAll() throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (name.equals("__metadata__")) {
        readMetadata();
      } else {
        entries.put(name, readEntry(name));
      }
    }
    if (parser.nextToken() != null) {
      throw bad("text after the header's object");
    }
  }

  private void readMetadata() throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "__metadata__");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      expect(parser.nextToken(), JsonToken.VALUE_STRING, "__metadata__." + key);
      metadata.put(key, parser.getText());
    }
  }

  private Entry readEntry(String name) throws IOException {
    expect(parser.nextToken(), JsonToken.START_OBJECT, name);
    DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "dtype" -> dtype = dtype(name);
        case "shape" -> shape = longs(name, "shape", MAX_DIMENSIONS);
        case "data_offsets" -> offsets = longs(name, "data_offsets", 2);
        default -> throw bad(name + " has an unknown field '" + field + "'");
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw bad(name + " lacks dtype, shape or two data_offsets");
    }
    Entry entry = new Entry(name, dtype, shape, offsets[0], offsets[1]);
    checkSize(entry);
    return entry;
  }

  private DType dtype(String name) throws IOException {
    expect(parser.currentToken(), JsonToken.VALUE_STRING, name + ".dtype");
    String text = parser.getText();
    for (DType type : DType.values()) {
      if (type.name().equals(text)) {
        return type;
      }
    }
    throw bad(name + " has the unsupported dtype '" + text + "'");
  }

  private long[] longs(String name, String field, int most) throws IOException {
    expect(parser.currentToken(), JsonToken.START_ARRAY, name + "." + field);
    List<Long> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, name + "." + field);
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw bad(name + "." + field + " holds " + parser.getText() + ", which overflows");
      }
      long value = parser.getLongValue();
      if (value < 0) {
        throw bad(name + "." + field + " holds the negative value " + value);
      }
      values.add(value);
      if (values.size() > most) {
        throw bad(name + "." + field + " has more than " + most + " entries");
      }
    }
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  private void checkSize(Entry entry) {
    BigInteger size = BigInteger.valueOf(entry.dtype.bytes());
    for (long dimension : entry.shape) {
      size = size.multiply(BigInteger.valueOf(dimension));
    }
    if (size.bitLength() > 63) {
      throw bad(entry.name + ": the product of its shape overflows");
    }
    if (entry.end - entry.begin != size.longValue()) {
      throw bad(
          "%s: %s of shape %s needs %s bytes, but data_offsets [%d, %d] hold %d"
              .formatted(
                  entry.name,
                  entry.dtype,
                  TensorSpec.text(entry.shape),
                  size,
                  entry.begin,
                  entry.end,
                  entry.end - entry.begin));
    }
  }

  /** Sorted by offset, ranges must follow each other without gap or overlap up to the end. */
  private void checkCoverage(long dataBytes) {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    String before = "the start of the data";
    for (Entry entry : sorted) {
      if (entry.end > dataBytes) {
        throw bad(
            "%s ends at byte %d of the data, but the file holds only %d: it is truncated"
                .formatted(entry.name, entry.end, dataBytes));
      }
      if (entry.begin < at) {
        throw bad(
            "%s begins at byte %d of the data and overlaps %s, which ends at %d"
                .formatted(entry.name, entry.begin, before, at));
      }
      if (entry.begin > at) {
        throw bad(
            "bytes %d to %d of the data, between %s and %s, belong to no tensor"
                .formatted(at, entry.begin, before, entry.name));
      }
      at = entry.end;
      before = entry.name;
    }
    if (at != dataBytes) {
      throw bad("the last %d bytes of the file belong to no tensor".formatted(dataBytes - at));
    }
  }

  private void expect(JsonToken found, JsonToken expected, String where) {
    if (found != expected) {
      throw bad(where + ": expected " + expected + " but found " + found);
    }
  }

  private InvalidSafetensorsException bad(String problem) {
    return new InvalidSafetensorsException(file, problem);
  }
}
