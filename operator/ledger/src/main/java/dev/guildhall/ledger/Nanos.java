package dev.guildhall.ledger;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;

/** Instants as integer nanoseconds since the epoch, UTC: exact from the year 1678 to 2262. */
public final class Nanos {
  private static final long PER_SECOND = 1_000_000_000L;

  private Nanos() {}

  /** The present instant of a clock. */
  public static long now(InstantSource clock) {
    return of(clock.instant());
  }

  /** Converts an instant. */
  public static long of(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano());
  }

  /**
   * Reads an RFC 3339 instant.
   *
   * @throws InvalidRequestException naming {@code field} when it is none or out of range
   */
  public static long parse(String field, String text) {
    try {
      return of(ZonedDateTime.parse(text).toInstant());
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new InvalidRequestException(
          field, "'" + text + "' is not an RFC 3339 time such as 2026-11-24T10:00:00.000000001Z");
    }
  }

  /** Writes an RFC 3339 instant in UTC. */
  public static String format(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, PER_SECOND), Math.floorMod(nanos, PER_SECOND))
        .toString();
  }

  /** The calendar month in UTC that holds an instant, as {@code year * 100 + month}. */
  public static int month(long nanos) {
    try {
      ZonedDateTime time =
          Instant.ofEpochSecond(Math.floorDiv(nanos, PER_SECOND)).atZone(ZoneOffset.UTC);
      return time.getYear() * 100 + time.getMonthValue();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("no month holds " + nanos, e);
    }
  }
}
