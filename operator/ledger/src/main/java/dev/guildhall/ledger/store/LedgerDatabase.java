package dev.guildhall.ledger.store;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/**
 * The ledger's database, PostgreSQL or H2, migrated when opened. What {@link #write} returns is on
 * disk.
 */
public final class LedgerDatabase implements AutoCloseable {
  /**
   * Serialisation failure, deadlock, lost unique race, lock time-out (H2 and PostgreSQL): another
   * attempt settles it.
   */
  private static final Set<String> RETRIED = Set.of("40001", "40P01", "23505", "HYT00", "55P03");

  private static final int ATTEMPTS = 8;

  /** Work inside one transaction. */
  @FunctionalInterface
  public interface Work<T> {
    /** Reads and writes; an exception rolls back. */
    T run(Jdbc jdbc) throws SQLException;
  }

  private final AgroalDataSource pool;
  private final FileSync sync;

  private LedgerDatabase(AgroalDataSource pool, boolean embedded) {
    this.pool = pool;
    this.sync = embedded ? new FileSync(pool) : null;
  }

  /**
   * Opens the H2 database in a folder, which is created when missing. One process at a time may
   * have it open.
   */
  public static LedgerDatabase openFile(Path folder, int connections) {
    String url =
        "jdbc:h2:file:"
            + folder.toAbsolutePath().resolve("ledger")
            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE";
    return open(url, "ledger", "", connections);
  }

  /**
   * Opens and migrates a database.
   *
   * @throws StoreException when it cannot be reached or its schema is newer than this program
   */
  public static LedgerDatabase open(String url, String user, String password, int connections) {
    AgroalDataSourceConfigurationSupplier configuration =
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                c ->
                    c.maxSize(connections)
                        .acquisitionTimeout(Duration.ofSeconds(20))
                        .validateOnBorrow(true)
                        .connectionFactoryConfiguration(
                            f ->
                                f.jdbcUrl(url)
                                    .principal(new NamePrincipal(user))
                                    .credential(new SimplePassword(password))));
    try {
      AgroalDataSource pool = AgroalDataSource.from(configuration);
      Migrations.run(pool);
      return new LedgerDatabase(pool, url.startsWith("jdbc:h2:"));
    } catch (SQLException e) {
      throw new StoreException("cannot open the ledger's database " + url, e);
    }
  }

  /**
   * Runs work in a transaction, again when it lost a race, and returns when its effects are
   * durable.
   */
  public <T> T write(Work<T> work) {
    T result = attempt(work, Connection.TRANSACTION_READ_COMMITTED);
    if (sync != null) {
      sync.await();
    }
    return result;
  }

  /** Runs work that only reads, on one consistent snapshot. */
  public <T> T read(Work<T> work) {
    return attempt(work, Connection.TRANSACTION_REPEATABLE_READ);
  }

  private <T> T attempt(Work<T> work, int isolation) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(work, isolation);
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !RETRIED.contains(String.valueOf(e.getSQLState()))) {
          throw new StoreException("the ledger's database failed: " + e.getMessage(), e);
        }
      }
    }
  }

  private <T> T once(Work<T> work, int isolation) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(isolation);
      try {
        T result = work.run(new Jdbc(connection));
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
