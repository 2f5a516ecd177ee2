package dev.guildhall.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The ledger that {@code guildhall serve} runs on this machine, found by the files that it leaves
 * in its state folder.
 *
 * @param address such as {@code http://127.0.0.1:8081}
 * @param token of a caller that may read costs
 */
public record ServedLedger(URI address, String token) {
  /** File that holds the address. */
  public static final String ADDRESS = "ledger-url";

  /** File that holds the reader's token. */
  public static final String TOKEN = "finance-token";

  /** Where {@code serve} keeps its files by default. */
  public static Path defaultState() {
    return Checkout.root().resolve(".state/serve");
  }

  /** The ledger of the last {@code serve} with this state folder; it may have ended since. */
  public static Optional<ServedLedger> find(Path state) throws IOException {
    if (!Files.exists(state.resolve(ADDRESS)) || !Files.exists(state.resolve(TOKEN))) {
      return Optional.empty();
    }
    return Optional.of(
        new ServedLedger(
            URI.create(Files.readString(state.resolve(ADDRESS)).strip()),
            Files.readString(state.resolve(TOKEN)).strip()));
  }
}
