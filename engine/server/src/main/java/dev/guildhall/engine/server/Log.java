package dev.guildhall.engine.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * One JSON object per line on standard output. Prompts and answers are never logged, only ids and
 * counts.
 */
final class Log {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Log() {}

  /** Writes an event with its fields, given as name, value, name, value and so on. */
  static void event(String event, Object... fields) {
    Map<String, Object> line = start("INFO", event);
    for (int i = 0; i + 1 < fields.length; i += 2) {
      line.put((String) fields[i], fields[i + 1]);
    }
    write(line);
  }

  /** Sends what libraries and other modules log the same way. */
  static void captureLibraries() {
    LogManager.getLogManager().reset();
    Logger.getLogger("").addHandler(new JsonHandler());
    Logger.getLogger("").setLevel(Level.INFO);
    Logger.getLogger("io.grpc").setLevel(Level.WARNING);
    // A name that cannot be looked up is said with its stack at every beat; ranks say it
    // themselves.
    Logger.getLogger("io.grpc.internal.ManagedChannelImpl").setLevel(Level.SEVERE);
  }

  private static Map<String, Object> start(String level, String event) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.now().toString());
    line.put("level", level);
    line.put("event", event);
    return line;
  }

  private static void write(Map<String, Object> line) {
    try {
      System.out.println(JSON.writeValueAsString(line));
    } catch (JsonProcessingException e) {
      System.out.println(line);
    }
  }

  private static final class JsonHandler extends Handler {
    private static final SimpleFormatter FORMATTER = new SimpleFormatter();

    @Override
    public void publish(LogRecord entry) {
      if (!isLoggable(entry)) {
        return;
      }
      Map<String, Object> line = start(entry.getLevel().getName(), FORMATTER.formatMessage(entry));
      line.put("logger", entry.getLoggerName());
      if (entry.getThrown() != null) {
        StringWriter trace = new StringWriter();
        entry.getThrown().printStackTrace(new PrintWriter(trace));
        line.put("exception", trace.toString());
      }
      write(line);
    }

    @Override
    public void flush() {
      System.out.flush();
    }

    @Override
    public void close() {}
  }
}
