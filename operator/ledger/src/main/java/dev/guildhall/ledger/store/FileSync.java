package dev.guildhall.ledger.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Makes commits of the embedded database durable. H2 writes committed pages up to half a second
 * later; the ledger answers only when they are on disk. Callers that wait at the same time share
 * one sync.
 */
final class FileSync {
  private final DataSource database;
  private final Object running = new Object();
  private long started;
  private long finished;

  FileSync(DataSource database) {
    this.database = database;
  }

  /** Returns when a sync that began after this call has ended. */
  void await() {
    long wanted = next();
    synchronized (running) {
      if (finishedSoFar() >= wanted) {
        return;
      }
      long mine = start();
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("checkpoint sync");
      } catch (SQLException e) {
        throw new StoreException("the ledger's file could not be synced: " + e.getMessage(), e);
      }
      finish(mine);
    }
  }

  private synchronized long next() {
    return started + 1;
  }

  private synchronized long finishedSoFar() {
    return finished;
  }

  private synchronized long start() {
    return ++started;
  }

  private synchronized void finish(long sync) {
    finished = sync;
  }
}
