package dev.guildhall.simulator.trace;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a trace file; its first line tells the format. */
public final class TraceReader {

  /** More requests than this do not fit a simulation on one machine. */
  private static final int MOST_REQUESTS = 5_000_000;

  private static final int BLOCK = 512;

  private final Path file;
  private final Set<Long> seen = new HashSet<>();
  private final List<Request> requests = new ArrayList<>();
  private LineFormat format;
  private long first;
  private long previous;
  private long number;

  private TraceReader(Path file) {
    this.file = file;
  }

  /**
   * The trace in a file.
   *
   * @throws TraceException naming file, line and problem where a line is not of the format, times
   *     run backwards, or there is no request
   * @throws IOException where the file cannot be read
   */
  public static Trace read(Path file) throws IOException {
    return new TraceReader(file).read();
  }

  private Trace read() throws IOException {
    try (var lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        take(line);
      }
    } catch (NoSuchFileException e) {
      throw new TraceException(file, "there is no such file");
    } catch (CharacterCodingException e) {
      throw new TraceException(file, number + 1, "is not UTF-8 text");
    }
    if (requests.isEmpty()) {
      throw new TraceException(file, "no requests");
    }
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return new Trace(dot > 0 ? name.substring(0, dot) : name, requests);
  }

  private void take(String line) {
    if (format == null) {
      format = formatOf(line);
      if (format.hasHeading()) {
        return;
      }
    }
    if (!line.isBlank()) {
      try {
        add(format.read(line));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new TraceException(file, number, e.getMessage());
      }
    }
  }

  private LineFormat formatOf(String line) {
    if (line.strip().equals(AzureCsv.HEADING)) {
      return new AzureCsv();
    }
    if (line.stripLeading().startsWith("{")) {
      return new MooncakeJsonl();
    }
    throw new TraceException(
        file,
        number,
        "neither the heading %s nor a JSON object: '%s'"
            .formatted(AzureCsv.HEADING, Text.brief(line)));
  }

  private void add(LineFormat.Line line) {
    if (requests.isEmpty()) {
      first = line.micros();
      previous = first;
    }
    if (line.micros() < previous) {
      throw new IllegalArgumentException(
          "time runs backwards by %.3f s".formatted((previous - line.micros()) / 1e6));
    }
    if (requests.size() == MOST_REQUESTS) {
      throw new IllegalArgumentException("more than %d requests".formatted(MOST_REQUESTS));
    }
    previous = line.micros();
    requests.add(
        new Request(line.micros() - first, line.input(), cached(line), Math.max(1, line.output())));
  }

  /**
   * Leading blocks that an earlier prompt had; the cluster's cache is taken to keep all of them.
   */
  private int cached(LineFormat.Line line) {
    int hits = 0;
    while (hits < line.blocks().length && seen.contains(line.blocks()[hits])) {
      hits++;
    }
    for (long block : line.blocks()) {
      seen.add(block);
    }
    return Math.min(hits * BLOCK, line.input());
  }
}
