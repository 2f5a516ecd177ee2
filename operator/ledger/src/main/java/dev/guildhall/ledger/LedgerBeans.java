package dev.guildhall.ledger;

import dev.guildhall.ledger.store.LedgerDatabase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** What the services are made of. */
@ApplicationScoped
class LedgerBeans {

  @Produces
  @Singleton
  InstantSource clock() {
    return InstantSource.system();
  }

  @Produces
  @Singleton
  LedgerDatabase database(LedgerConfig config) {
    if (config.jdbcUrl().isEmpty()) {
      return LedgerDatabase.openFile(Path.of(config.data()), config.connections());
    }
    String password =
        config.jdbcPasswordFile().map(LedgerBeans::read).orElse(config.jdbcPassword().orElse(""));
    return LedgerDatabase.open(
        config.jdbcUrl().get(), config.jdbcUser().orElse(""), password, config.connections());
  }

  void close(@Disposes LedgerDatabase database) {
    database.close();
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read guildhall.ledger.jdbc-password-file " + file, e);
    }
  }
}
