package dev.guildhall.controller.report;

import dev.guildhall.crds.CostReportSpec;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;

/** The ledger's address of a statement. */
final class StatementQuery {

  private StatementQuery() {}

  static String of(CostReportSpec spec) {
    var group =
        spec.groupBy().stream()
            .map(by -> by.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(","));
    return "/v1/cost?from=%s&to=%s&group=%s&pool=%s"
        .formatted(
            encode(spec.period().from()),
            encode(spec.period().to()),
            encode(group),
            encode(spec.pool()));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
