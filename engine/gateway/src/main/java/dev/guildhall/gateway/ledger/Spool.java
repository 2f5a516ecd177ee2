package dev.guildhall.gateway.ledger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The durable list of usage that the ledger has yet to confirm. One thread writes; records that
 * arrive together share one {@code fsync}. When the disk refuses, writing is tried again for ever
 * and {@link #healthy} says so. Safe for use by several threads.
 */
final class Spool implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Spool.class);
  private static final long COMPACT_BYTES = 4L << 20;
  private static final Entry STOP = new Entry(null, false, new CompletableFuture<>());

  private final SpoolState state = new SpoolState();
  private final SpoolFile file;
  private final List<UsageEvent> found;
  private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final Thread writer;
  private volatile boolean healthy = true;
  private volatile boolean closing;

  private record Entry(SpoolRecord record, boolean durable, CompletableFuture<Void> written) {}

  /**
   * Opens the folder and settles what a dead process left.
   *
   * @throws IOException when the folder cannot be used
   */
  Spool(Path folder) throws IOException {
    this(SpoolFile::new, folder);
  }

  /** Opens a file that replays itself into a state. */
  interface Opener {
    SpoolFile open(Path folder, SpoolState state) throws IOException;
  }

  Spool(Opener opener, Path folder) throws IOException {
    file = opener.open(folder, state);
    for (SpoolRecord record : state.settle()) {
      file.append(record.line(), true);
      state.apply(record);
    }
    found = state.live().stream().map(SpoolRecord::usage).toList();
    writer = Thread.ofPlatform().daemon().name("usage-spool").start(this::write);
  }

  /** Usage that was found when the spool was opened. */
  List<UsageEvent> found() {
    return found;
  }

  /** Whether the disk took the last write. */
  boolean healthy() {
    return healthy;
  }

  /**
   * Notes that a request may start to use something; survives the death of the process, not of the
   * machine.
   */
  CompletableFuture<Void> open(UsageEvent event) {
    return put(SpoolRecord.Op.OPEN, event.id(), event, false);
  }

  /**
   * Notes what a running request has used so far; survives the death of the process, not of the
   * machine.
   */
  void progress(UsageEvent event) {
    put(SpoolRecord.Op.PROGRESS, event.id(), event, false);
  }

  /** Notes what a request used in the end; on the disk when the result completes. */
  CompletableFuture<Void> usage(UsageEvent event) {
    return put(SpoolRecord.Op.USAGE, event.id(), event, true);
  }

  /**
   * Forgets an event. Losing this record is harmless: the event is committed once more, which
   * changes nothing.
   */
  void done(String id) {
    put(SpoolRecord.Op.DONE, id, null, false);
  }

  private CompletableFuture<Void> put(
      SpoolRecord.Op op, String id, UsageEvent usage, boolean durable) {
    Entry entry = new Entry(new SpoolRecord(op, id, usage), durable, new CompletableFuture<>());
    queue.add(entry);
    return entry.written;
  }

  private void write() {
    List<Entry> batch = new ArrayList<>();
    boolean last = false;
    while (!last) {
      batch.clear();
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        return;
      }
      queue.drainTo(batch);
      last = batch.removeIf(entry -> entry == STOP);
      persist(batch);
    }
  }

  private void persist(List<Entry> batch) {
    if (batch.isEmpty()) {
      return;
    }
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    batch.forEach(entry -> lines.writeBytes(entry.record.line()));
    boolean durable = batch.stream().anyMatch(Entry::durable);
    boolean last;
    do {
      last = closing;
      if (tryPersist(lines.toByteArray(), durable)) {
        written(batch);
        return;
      }
    } while (!last);
    LOG.errorf("%d usage records could not be written before the end", batch.size());
    IOException never = new IOException("the usage spool was closed while its disk refused");
    batch.forEach(entry -> entry.written.completeExceptionally(never));
  }

  private void written(List<Entry> batch) {
    batch.forEach(entry -> state.apply(entry.record));
    batch.forEach(entry -> entry.written.complete(null));
    compactWhenMostlyDone();
  }

  private boolean tryPersist(byte[] lines, boolean durable) {
    try {
      file.append(lines, durable);
      healthy = true;
      return true;
    } catch (IOException e) {
      healthy = false;
      LOG.errorf("the usage spool cannot be written, trying again: %s", e);
      pause();
      return false;
    }
  }

  private void compactWhenMostlyDone() {
    if (file.length() < COMPACT_BYTES) {
      return;
    }
    List<SpoolRecord> live = state.live();
    long bytes = live.stream().mapToLong(r -> r.line().length).sum();
    if (bytes > file.length() / 2) {
      return;
    }
    try {
      file.compact(live);
    } catch (IOException e) {
      LOG.warnf("the usage spool could not be compacted: %s", e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what is queued and closes the file. */
  @Override
  public void close() throws IOException {
    closing = true;
    queue.add(STOP);
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    file.close();
  }
}
