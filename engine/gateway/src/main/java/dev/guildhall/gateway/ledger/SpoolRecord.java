package dev.guildhall.gateway.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * One line of the spool.
 *
 * @param op what happened
 * @param id of the usage event
 * @param usage the event as known so far; null for {@code DONE}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SpoolRecord(Op op, String id, UsageEvent usage) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHECKSUM_DIGITS = 8;

  enum Op {
    /** A request is about to start; nothing was used yet. */
    OPEN,
    /** A running request has used this much. */
    PROGRESS,
    /** A request ended and used this: to be committed. */
    USAGE,
    /** The ledger has it, or nothing was used: forget it. */
    DONE
  }

  /**
   * The line, with a checksum that tells a torn or damaged line from a whole one, newline included.
   */
  byte[] line() {
    try {
      byte[] json = JSON.writeValueAsBytes(this);
      String head = String.format("%08x ", checksum(json));
      return (head + new String(json, StandardCharsets.UTF_8) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a spool record cannot be written as JSON", e);
    }
  }

  /** Reads a line without its newline; empty when it is torn or damaged. */
  static Optional<SpoolRecord> parse(String line) {
    if (line.length() < CHECKSUM_DIGITS + 2 || line.charAt(CHECKSUM_DIGITS) != ' ') {
      return Optional.empty();
    }
    byte[] json = line.substring(CHECKSUM_DIGITS + 1).getBytes(StandardCharsets.UTF_8);
    if (!line.startsWith(String.format("%08x", checksum(json)))) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(json, SpoolRecord.class));
    } catch (java.io.IOException e) {
      return Optional.empty();
    }
  }

  private static long checksum(byte[] json) {
    CRC32 crc = new CRC32();
    crc.update(json);
    return crc.getValue();
  }
}
