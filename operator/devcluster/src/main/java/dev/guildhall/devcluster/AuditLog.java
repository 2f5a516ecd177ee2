package dev.guildhall.devcluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The API server's audit log as an oracle. Take a {@link #mark()}, act, then read {@link #since}.
 * The server writes an event as it answers, so the event of an answered request may lag by an
 * instant: wait for it rather than asserting at once.
 */
public final class AuditLog {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  AuditLog(Path file) {
    this.file = file;
  }

  /** The present end of the log, to read from later. */
  public long mark() {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every event, oldest first. */
  public List<AuditEvent> events() {
    return since(0);
  }

  /** The events after a mark, oldest first; a line that is still being written is left out. */
  public List<AuditEvent> since(long mark) {
    List<AuditEvent> events = new ArrayList<>();
    for (String line : tail(mark).split("\n")) {
      if (!line.isBlank()) {
        events.add(parse(line));
      }
    }
    return events;
  }

  private String tail(long mark) {
    if (!Files.exists(file)) {
      return "";
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(Math.max(0, in.length() - mark))];
      in.seek(mark);
      in.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the audit log " + file, e);
    }
  }

  static AuditEvent parse(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      JsonNode object = event.path("objectRef");
      List<String> groups = new ArrayList<>();
      event.path("user").path("groups").forEach(group -> groups.add(group.asText()));
      return new AuditEvent(
          Instant.parse(event.path("requestReceivedTimestamp").asText()),
          event.path("user").path("username").asText(),
          List.copyOf(groups),
          event.path("verb").asText(),
          object.path("apiGroup").asText(),
          object.path("resource").asText(),
          object.path("subresource").asText(),
          object.path("namespace").asText(),
          object.path("name").asText(),
          event.path("responseStatus").path("code").asInt(),
          !event
              .path("annotations")
              .path("authorization.k8s.io/decision")
              .asText()
              .equals("forbid"),
          event.path("requestURI").asText(),
          event.path("stage").asText());
    } catch (JsonProcessingException e) {
      throw new DevClusterException("the audit log has a line that is not JSON: " + line, e);
    }
  }
}
