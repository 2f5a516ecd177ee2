package dev.guildhall.engine.server;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads {@link RankOptions} from environment variables and flags. A flag is its variable without
 * the prefix, in lower case with dashes: {@code --model-dir DIR} or {@code --model-dir=DIR} is
 * {@code GUILDHALL_MODEL_DIR}.
 */
final class OptionsReader {
  private static final String PREFIX = "GUILDHALL_";
  private static final Pattern ORDINAL = Pattern.compile("-(\\d{1,6})$");
  private static final Set<String> FLAGS =
      Set.of(
          "MODEL_DIR",
          "MODEL_PATH_FILE",
          "MODEL_NAME",
          "GROUP",
          "RANK",
          "RANKS",
          "PEERS",
          "BACKEND",
          "GRPC_PORT",
          "HTTP_PORT",
          "TLS_DIR",
          "PLACEMENT_FILE",
          "MAX_CONTEXT",
          "CACHE_TOKENS",
          "MAX_BATCH_TOKENS",
          "MAX_SEQUENCES",
          "MAX_WAITING",
          "DRAIN_SECONDS",
          "EXPERT_SECONDS",
          "PREFILL_SECONDS");

  private final Map<String, String> values = new HashMap<>();

  private OptionsReader(Map<String, String> environment, List<String> flags) {
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !value.isBlank()) {
            values.put(name.substring(PREFIX.length()), value.strip());
          }
        });
    for (int i = 0; i < flags.size(); i++) {
      String[] parts = flags.get(i).split("=", 2);
      String name =
          parts[0].startsWith("--")
              ? parts[0].substring(2).replace('-', '_').toUpperCase(Locale.ROOT)
              : "";
      if (!FLAGS.contains(name)) {
        throw new InvalidOptionException("unknown flag " + parts[0]);
      }
      if (parts.length == 1 && i + 1 == flags.size()) {
        throw new InvalidOptionException(parts[0] + " needs a value");
      }
      values.put(name, parts.length == 2 ? parts[1] : flags.get(++i));
    }
  }

  /**
   * @param hostName whose trailing ordinal is the default rank
   * @throws InvalidOptionException naming the variable and what it must be
   */
  static RankOptions read(Map<String, String> environment, List<String> flags, String hostName) {
    return new OptionsReader(environment, flags).options(hostName);
  }

  private RankOptions options(String hostName) {
    String folder = values.get("MODEL_DIR");
    if (folder == null) {
      throw new InvalidOptionException("GUILDHALL_MODEL_DIR (or --model-dir) is not set");
    }
    ModelFolder model =
        new ModelFolder(Path.of(folder).toAbsolutePath().normalize(), path("MODEL_PATH_FILE"));
    Path modelDir = model.now();
    int grpcPort = number("GRPC_PORT", 9000, 0, 65535);
    int ranks = number("RANKS", 1, 1, 4096);
    List<String> peers = peers(ranks, grpcPort);
    int maxBatch = number("MAX_BATCH_TOKENS", 512, 1, 1 << 16);
    return new RankOptions(
        model,
        modelDir,
        values.getOrDefault("MODEL_NAME", modelDir.getFileName().toString()),
        values.getOrDefault("GROUP", "local"),
        number("RANK", defaultRank(ranks, hostName), 0, ranks - 1),
        ranks,
        peers,
        values.getOrDefault("BACKEND", "cpu"),
        grpcPort,
        number("HTTP_PORT", 9090, 0, 65535),
        path("TLS_DIR"),
        path("PLACEMENT_FILE"),
        number("MAX_CONTEXT", 0, 2, 1 << 24),
        number("CACHE_TOKENS", 0, 1, Integer.MAX_VALUE),
        maxBatch,
        number("MAX_SEQUENCES", Math.min(64, maxBatch), 1, maxBatch),
        number("MAX_WAITING", 256, 1, 1 << 20),
        number("DRAIN_SECONDS", 30, 0, 86400),
        number("EXPERT_SECONDS", 10, 1, 600),
        number("PREFILL_SECONDS", 45, 1, 600));
  }

  private List<String> peers(int ranks, int grpcPort) {
    String given = values.get("PEERS");
    if (given == null && ranks > 1) {
      throw new InvalidOptionException("GUILDHALL_PEERS must name the %d ranks".formatted(ranks));
    }
    List<String> peers =
        given == null ? List.of("127.0.0.1:" + grpcPort) : List.of(given.split("\\s*,\\s*"));
    if (peers.size() != ranks) {
      throw new InvalidOptionException(
          "GUILDHALL_PEERS names %d ranks, GUILDHALL_RANKS says %d".formatted(peers.size(), ranks));
    }
    IntStream.range(0, ranks)
        .filter(i -> !peers.get(i).matches("[^:\\s]+:\\d{1,5}|\\[[0-9a-fA-F:]+]:\\d{1,5}"))
        .findFirst()
        .ifPresent(
            i -> {
              throw new InvalidOptionException(
                  "GUILDHALL_PEERS: rank %d is '%s', not host:port".formatted(i, peers.get(i)));
            });
    return peers;
  }

  private int defaultRank(int ranks, String hostName) {
    return ranks == 1 || values.containsKey("RANK") ? 0 : ordinal(hostName);
  }

  private static int ordinal(String hostName) {
    Matcher matcher = ORDINAL.matcher(hostName);
    if (!matcher.find()) {
      throw new InvalidOptionException(
          "GUILDHALL_RANK is not set and the host name %s does not end in -N".formatted(hostName));
    }
    return Integer.parseInt(matcher.group(1));
  }

  private Path path(String name) {
    String value = values.get(name);
    return value == null ? null : Path.of(value).toAbsolutePath();
  }

  /** The default itself need not lie in the range: it may mean "not set". */
  private int number(String name, int byDefault, int low, int high) {
    String value = values.get(name);
    if (value == null) {
      return byDefault;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= low && number <= high) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, like a number out of range.
    }
    throw new InvalidOptionException(
        "%s%s is '%s', it must be a number from %d to %d"
            .formatted(PREFIX, name, value, low, high));
  }
}
