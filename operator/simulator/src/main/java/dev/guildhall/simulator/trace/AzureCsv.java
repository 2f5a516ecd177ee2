package dev.guildhall.simulator.trace;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;

/**
 * Azure LLM inference trace 2023: {@code TIMESTAMP,ContextTokens,GeneratedTokens}, times in UTC
 * with up to seven decimals (Azure/AzurePublicDataset, AzureLLMInferenceTrace_conv.csv).
 */
final class AzureCsv implements LineFormat {

  static final String HEADING = "TIMESTAMP,ContextTokens,GeneratedTokens";

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter();

  @Override
  public boolean hasHeading() {
    return true;
  }

  @Override
  public Line read(String line) {
    String[] cells = line.split(",", -1);
    if (cells.length != 3) {
      throw new IllegalArgumentException(
          "expected 3 cells (%s), found %d".formatted(HEADING, cells.length));
    }
    return new Line(
        micros(cells[0]),
        tokens("ContextTokens", cells[1]),
        tokens("GeneratedTokens", cells[2]),
        new long[0]);
  }

  private static long micros(String cell) {
    try {
      var time = LocalDateTime.parse(cell.strip(), TIME);
      return time.toEpochSecond(ZoneOffset.UTC) * 1_000_000 + time.getNano() / 1000;
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "TIMESTAMP '%s' is no time such as 2023-11-16 18:15:46.6805900"
              .formatted(Text.brief(cell)),
          e);
    }
  }

  private static int tokens(String name, String cell) {
    try {
      return Text.tokens(name, Long.parseLong(cell.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s '%s' is no whole number".formatted(name, Text.brief(cell)), e);
    }
  }
}
