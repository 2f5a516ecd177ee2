package dev.guildhall.cli.serve;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One {@code serve} per state folder: the ledger's database has one writer. Gone with its process.
 */
final class StateLock implements AutoCloseable {
  private final FileChannel file;

  private StateLock(FileChannel file) {
    this.file = file;
  }

  /**
   * @throws ServeException if another process serves with this folder
   */
  static StateLock take(Path state) throws IOException {
    Files.createDirectories(state);
    FileChannel file =
        FileChannel.open(
            state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (file.tryLock() == null) {
      file.close();
      throw new ServeException(
          "another 'guildhall serve' uses the state folder %s; stop it, or give this one its own with --state"
              .formatted(state));
    }
    return new StateLock(file);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
