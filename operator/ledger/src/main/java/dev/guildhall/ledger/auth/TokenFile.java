package dev.guildhall.ledger.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Tokens from a file, one {@code NAME:ROLE:TOKEN} a line, for use outside a cluster. Read once, at
 * the start.
 */
final class TokenFile implements Authenticator {
  private record Entry(Caller caller, byte[] token) {}

  private final List<Entry> entries = new ArrayList<>();

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException naming the line that has another form; tokens are never shown
   */
  TokenFile(Path file) throws IOException {
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        entries.add(entry(file + ":" + number, line.strip().split(":", 3)));
      }
    }
  }

  private static Entry entry(String where, String[] parts) {
    if (parts.length != 3 || parts[2].length() < 16) {
      throw new IllegalArgumentException(
          where + ": expected NAME:ROLE:TOKEN with a token of 16 or more characters");
    }
    Role role =
        Role.ofWireName(parts[1])
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        where
                            + ": role '"
                            + parts[1]
                            + "' is none of writer-gateway, writer-operator, reader"));
    return new Entry(new Caller(parts[0], Set.of(role)), parts[2].getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Caller authenticate(String token) {
    byte[] given = token.getBytes(StandardCharsets.UTF_8);
    return entries.stream()
        .filter(entry -> MessageDigest.isEqual(entry.token(), given))
        .map(Entry::caller)
        .findFirst()
        .orElseThrow(() -> new AuthException(401, "the token is not known"));
  }
}
