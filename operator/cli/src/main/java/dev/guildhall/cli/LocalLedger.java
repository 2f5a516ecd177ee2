package dev.guildhall.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * How commands find the ledger that {@code guildhall serve} runs on this machine: {@code serve}
 * announces it in a file and withdraws it when it ends.
 *
 * @param address such as {@code http://127.0.0.1:8081}
 * @param tokenFile holds the token of a caller that may read costs, and nothing else
 */
public record LocalLedger(URI address, Path tokenFile) {

  /** The announced ledger, if there is one. */
  public static Optional<LocalLedger> find() throws IOException {
    if (!Files.exists(file())) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file())) {
      properties.load(reader);
    }
    return Optional.of(
        new LocalLedger(
            URI.create(properties.getProperty("address")),
            Path.of(properties.getProperty("token-file"))));
  }

  /** Makes this ledger the one that commands find. */
  public void announce() throws IOException {
    Properties properties = new Properties();
    properties.setProperty("address", address.toString());
    properties.setProperty("token-file", tokenFile.toAbsolutePath().toString());
    Files.createDirectories(file().getParent());
    try (Writer writer = Files.newBufferedWriter(file())) {
      properties.store(writer, "the ledger of guildhall serve");
    }
  }

  /** Takes the announcement back. */
  public static void withdraw() throws IOException {
    Files.deleteIfExists(file());
  }

  private static Path file() {
    String cache = System.getenv("GUILDHALL_CACHE");
    Path folder =
        cache == null
            ? Path.of(System.getProperty("user.home"), ".cache/guildhall")
            : Path.of(cache);
    return folder.resolve("serve/ledger.properties");
  }
}
