package dev.guildhall.devcluster;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells a person what is going on: a step that takes over two seconds shows its elapsed time and
 * its latest detail, and every step's time is kept for a summary. Safe for use by one step at a
 * time.
 */
public final class Progress {

  private static final Duration FIRST = Duration.ofSeconds(2);

  private final PrintStream out;
  private final Duration interval;
  private final boolean rewrite;
  private final List<Timing> timings = new ArrayList<>();
  private volatile String detail = "";

  private Progress(PrintStream out, boolean rewrite) {
    this.out = out;
    this.rewrite = rewrite;
    this.interval = Duration.ofSeconds(rewrite ? 1 : 15);
  }

  /** A step's work; may throw what it likes. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does the work. */
    T run() throws Exception;
  }

  /**
   * How long a step took.
   *
   * @param step its name
   * @param took wall-clock time
   */
  public record Timing(String step, Duration took) {}

  /** Writes to standard error; rewrites one line on a terminal, else adds a line every 15 s. */
  public static Progress onStderr() {
    return new Progress(System.err, System.console() != null && System.console().isTerminal());
  }

  /** Writes nothing. */
  public static Progress silent() {
    return new Progress(new PrintStream(java.io.OutputStream.nullOutputStream()), false);
  }

  /** Writes plain lines to the given stream. */
  public static Progress to(PrintStream out) {
    return new Progress(out, false);
  }

  /**
   * Runs one named step.
   *
   * @throws Exception what the work throws
   */
  public <T> T step(String name, Work<T> work) throws Exception {
    long started = System.nanoTime();
    detail = "";
    ScheduledExecutorService ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("progress").unstarted(task));
    ticker.scheduleAtFixedRate(
        () -> tick(name, started), FIRST.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    boolean done = false;
    try {
      T result = work.run();
      done = true;
      return result;
    } finally {
      ticker.shutdownNow();
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      timings.add(new Timing(name, took));
      line((done ? "  done   " : "  FAILED ") + name + "  " + seconds(took), true);
    }
  }

  /** Says what the running step is doing now; shown at the next tick. */
  public void detail(String text) {
    detail = text;
  }

  /** Prints one line at once. */
  public void say(String text) {
    line(text, true);
  }

  /** The steps run so far, in order. */
  public List<Timing> timings() {
    return List.copyOf(timings);
  }

  /** A duration as people read it: {@code 3.4 s}, {@code 2 min 05 s}. */
  public static String seconds(Duration took) {
    if (took.toSeconds() < 60) {
      return String.format("%.1f s", took.toMillis() / 1000.0);
    }
    return String.format("%d min %02d s", took.toMinutes(), took.toSecondsPart());
  }

  private void tick(String name, long started) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    String what = detail.isEmpty() ? "" : ": " + detail;
    line("  ...    " + name + what + "  " + seconds(elapsed), false);
  }

  private synchronized void line(String text, boolean end) {
    if (!rewrite) {
      out.println(text);
      return;
    }
    out.print("\r\033[K" + text + (end ? System.lineSeparator() : ""));
    out.flush();
  }
}
