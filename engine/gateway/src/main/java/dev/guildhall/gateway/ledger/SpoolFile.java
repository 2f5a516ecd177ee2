package dev.guildhall.gateway.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The append-only file of the spool. Opening it replays it and cuts off a torn end; a lock keeps a
 * second process away. Not safe for use by several threads.
 */
class SpoolFile implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SpoolFile.class);

  private final Path path;
  private final FileChannel lockChannel;
  private final FileLock lock;
  private FileChannel channel;
  private long length;

  /**
   * Opens or makes the file.
   *
   * @param state receives every whole record
   * @throws IOException when the folder cannot be used or another process has it
   */
  SpoolFile(Path folder, SpoolState state) throws IOException {
    Files.createDirectories(folder);
    path = folder.resolve("usage.log");
    lockChannel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    lock = tryLock();
    if (lock == null) {
      lockChannel.close();
      throw new IOException(
          "spool folder "
              + folder
              + " is in use by another gateway: give each its own guildhall.gateway.spool-dir");
    }
    open();
    replay(state);
  }

  private FileLock tryLock() throws IOException {
    try {
      return lockChannel.tryLock();
    } catch (java.nio.channels.OverlappingFileLockException e) {
      return null;
    }
  }

  private void open() throws IOException {
    channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    length = channel.size();
  }

  private void replay(SpoolState state) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    int start = 0;
    int damaged = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        var record = SpoolRecord.parse(new String(bytes, start, i - start, StandardCharsets.UTF_8));
        record.ifPresent(state::apply);
        damaged += record.isPresent() ? 0 : 1;
        start = i + 1;
      }
    }
    if (damaged > 0) {
      LOG.errorf(
          "%s: %d damaged lines were skipped; a copy is kept as usage.log.damaged", path, damaged);
      Files.write(path.resolveSibling("usage.log.damaged"), bytes);
    }
    length = start;
    channel.truncate(length);
    channel.position(length);
  }

  long length() {
    return length;
  }

  /**
   * Appends; after a failure the file is as it was before, as far as readers can see.
   *
   * @param durable wait until the bytes are on the disk
   */
  void append(byte[] lines, boolean durable) throws IOException {
    // Whatever an earlier failed attempt left behind the known good end is overwritten.
    channel.truncate(length);
    channel.position(length);
    ByteBuffer buffer = ByteBuffer.wrap(lines);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    if (durable) {
      channel.force(false);
    }
    length += lines.length;
  }

  /**
   * Replaces the contents by these records, atomically: after a crash either the old or the new
   * file is there, whole.
   */
  void compact(List<SpoolRecord> live) throws IOException {
    Path fresh = path.resolveSibling("usage.log.new");
    FileChannel out =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      for (SpoolRecord record : live) {
        ByteBuffer buffer = ByteBuffer.wrap(record.line());
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      }
      out.force(true);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      out.close();
      throw e;
    }
    // From here on the new file is the one that a restart reads: whatever fails below, write to it.
    FileChannel old = channel;
    channel = out;
    length = out.position();
    old.close();
    try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    lock.release();
    lockChannel.close();
  }
}
