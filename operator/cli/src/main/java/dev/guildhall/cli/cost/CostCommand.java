package dev.guildhall.cli.cost;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.cli.LedgerClient;
import dev.guildhall.planner.cost.Dimension;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints what a period cost and who caused it; the rows add up to the pool's bill. */
@Command(
    name = "cost",
    description = {
      "Prints what a period cost, by tenant, model or whatever else; the rows add up to the pool's bill.",
      "Idle GPUs and those of the platform are rows. docs/money.md has the rules."
    })
public final class CostCommand implements Callable<Integer> {

  /** Forms of output. */
  enum Format {
    TABLE,
    JSON,
    CSV,
    FOCUS
  }

  @Spec CommandSpec spec;
  @Mixin LedgerAccess access;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Begin: a date or an RFC 3339 time (UTC). Default: the first of this month.")
  String from;

  @Option(names = "--to", paramLabel = "TIME", description = "End, not included. Default: now.")
  String to;

  @Option(
      names = "--by",
      paramLabel = "DIMENSION",
      split = ",",
      defaultValue = "tenant,model",
      description =
          "Group by any of pool, tenant, model, deployment, role, state, kind, key. Default: tenant,model.")
  String[] by;

  @Option(names = "--pool", paramLabel = "NAME", description = "Only this pool. Default: all.")
  String pool;

  @Option(
      names = "--decimals",
      defaultValue = "6",
      description = "Decimals of money, 0 to 9. Default: 6.")
  int decimals;

  @Option(
      names = {"-o", "--output", "--format"},
      defaultValue = "table",
      description =
          "table, json, csv, or focus (FOCUS 1.4, one line per kind of token). Default: table.")
  Format format;

  @Option(names = "--explain", description = "Say what each column means.")
  boolean explain;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    String query = query();
    try (LedgerClient ledger = access.open()) {
      JsonNode answer = ledger.call("GET", query, null);
      String text =
          switch (format) {
            case TABLE -> new CostTable(answer).text();
            case JSON -> CostJson.text(answer) + "\n";
            case CSV -> Csv.of(answer);
            case FOCUS -> Focus.csv(answer);
          };
      out.print(text);
      if (explain) {
        String currency = answer.path("currency").asText();
        out.println();
        Column.ALL.forEach(
            c -> out.println(c.title() + " (" + c.unit(currency) + "): " + c.definition()));
      }
      out.flush();
    }
    return 0;
  }

  private String query() {
    Instant now = Instant.now();
    Instant start =
        from == null
            ? now.atZone(ZoneOffset.UTC)
                .toLocalDate()
                .withDayOfMonth(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
            : time("--from", from);
    // The ledger cuts the end to its own clock, which may be ahead of this one.
    Instant end = to == null ? now.plus(Duration.ofHours(1)) : time("--to", to);
    String group =
        format == Format.FOCUS
            ? Arrays.stream(Dimension.values())
                .map(Dimension::wireName)
                .collect(Collectors.joining(","))
            : String.join(",", by);
    String query =
        "/v1/cost?from="
            + encoded(start.toString())
            + "&to="
            + encoded(end.toString())
            + "&group="
            + encoded(group)
            + "&decimals="
            + decimals;
    return pool == null ? query : query + "&pool=" + encoded(pool);
  }

  private Instant time(String option, String text) {
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(),
          option + ": '" + text + "' is neither a date nor a time such as 2026-11-24T10:00:00Z",
          e);
    }
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
