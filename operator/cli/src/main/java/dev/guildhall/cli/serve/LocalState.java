package dev.guildhall.cli.serve;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.cli.ServedLedger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Files that the processes read: routes, tokens, and the demonstration key, which stays the same
 * from run to run.
 *
 * @param folder of all of them
 * @param key the tenant's API key
 * @param operatorToken for setting up the ledger
 */
record LocalState(Path folder, String key, String operatorToken) {
  private static final SecureRandom RANDOM = new SecureRandom();

  static LocalState prepare(Path folder, LocalModel model, LocalPorts ports) throws IOException {
    Files.createDirectories(folder);
    Path keyFile = folder.resolve("key");
    if (!Files.exists(keyFile)) {
      writePrivately(keyFile, "sk-local-" + secret());
    }
    String key = Files.readString(keyFile).strip();
    String operator = secret();
    String gateway = secret();
    String finance = secret();
    writePrivately(folder.resolve("gateway-token"), gateway);
    writePrivately(
        folder.resolve("ledger-tokens"),
        "serve:writer-operator:%s%ngateway:writer-gateway:%s%nfinance:reader:%s%n"
            .formatted(operator, gateway, finance));
    writePrivately(folder.resolve(ServedLedger.TOKEN), finance);
    Files.writeString(folder.resolve(ServedLedger.ADDRESS), ports.ledgerUrl());
    Files.writeString(
        folder.resolve("gateway.json"),
        new ObjectMapper().writeValueAsString(routes(model, ports, key)));
    return new LocalState(folder, key, operator);
  }

  private static Map<String, Object> routes(LocalModel model, LocalPorts ports, String key) {
    return Map.of(
        "models",
        List.of(
            Map.of(
                "name",
                model.name(),
                "deployment",
                "local/" + model.name(),
                "maxContextTokens",
                model.maxContext(),
                "groups",
                List.of(Map.of("name", "local", "ranks", ports.peers())))),
        "tenants",
        List.of(
            Map.of(
                "name",
                "local",
                "models",
                List.of(model.name()),
                "tokensPerMinute",
                10_000_000,
                "requestsInFlight",
                64,
                "rateCard",
                "local",
                "keys",
                List.of(Map.of("id", "local/default", "sha256", sha256(key))))));
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** What a newcomer does next. */
  String greeting(LocalModel model, LocalPorts ports) {
    return """

        URL   %1$s/v1
        key   %2$s
        logs  %4$s

        curl %1$s/v1/completions -H 'Authorization: Bearer %2$s' -H 'Content-Type: application/json' \\
          -d '{"model": "%3$s", "prompt": "Call me Ishmael. Some years ago", "max_tokens": 40}'

        What it cost: ./guildhall cost%5$s
        Each rank holds one simulated GPU of pool %6$s at a made-up %7$s USD per GPU-hour.
        Ctrl-C stops everything."""
        .formatted(
            ports.gatewayUrl(),
            key,
            model.name(),
            folder.resolve("logs"),
            folder.equals(ServedLedger.defaultState()) ? "" : " --state " + folder,
            SimulatedPool.NAME,
            SimulatedPool.PRICE);
  }

  private static String secret() {
    byte[] bytes = new byte[24];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void writePrivately(Path file, String content) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, content);
  }
}
