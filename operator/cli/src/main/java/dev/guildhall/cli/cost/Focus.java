package dev.guildhall.cli.cost;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The report as FOCUS 1.4 cost and usage rows: one SKU per kind of token, one for each way of
 * holding GPUs, with split-allocation columns where a deployment's GPU time is divided among
 * tenants. {@code BilledCost} over all rows is the pools' bill; what tenants pay is in {@code
 * x_Charge}.
 */
final class Focus {
  private static final BigDecimal SECONDS_PER_HOUR = BigDecimal.valueOf(3600);
  private static final String MILLION_TOKENS = "1000000 Tokens";

  private final JsonNode answer;
  private final Map<String, BigDecimal> ratios;

  private Focus(JsonNode answer) {
    this.answer = answer;
    this.ratios = FocusRatios.of(answer.path("rows"));
  }

  /** CSV with a heading; the answer must be grouped by every dimension. */
  static String csv(JsonNode answer) {
    StringBuilder text = new StringBuilder(Csv.line(FocusColumns.ALL));
    new Focus(answer)
        .rows()
        .forEach(
            row ->
                text.append(
                    Csv.line(
                        FocusColumns.ALL.stream().map(c -> row.getOrDefault(c, "")).toList())));
    return text.toString();
  }

  private List<Map<String, String>> rows() {
    List<Map<String, String>> rows = new ArrayList<>();
    for (JsonNode row : answer.path("rows")) {
      switch (row.at("/group/state").asText()) {
        case "prefill" -> {
          rows.add(
              tokens(row, "Input Tokens", "inputTokens", "inputCharge", row.path("cost").asText()));
          if (row.path("cachedInputTokens").asLong() > 0) {
            rows.add(
                tokens(
                    row, "Cache Read Input Tokens", "cachedInputTokens", "cachedInputCharge", "0"));
          }
        }
        case "decode" ->
            rows.add(
                tokens(
                    row,
                    "Output Tokens",
                    "outputTokens",
                    "outputCharge",
                    row.path("cost").asText()));
        case "unattributed" -> unbilled(row, rows);
        default -> rows.add(capacity(row));
      }
    }
    return rows;
  }

  /** Tokens whose group held no GPU time have a charge and no cost. */
  private void unbilled(JsonNode row, List<Map<String, String>> rows) {
    if (row.path("requests").asLong() > 0) {
      rows.add(tokens(row, "Input Tokens", "inputTokens", "inputCharge", "0"));
      rows.add(
          tokens(row, "Cache Read Input Tokens", "cachedInputTokens", "cachedInputCharge", "0"));
      rows.add(tokens(row, "Output Tokens", "outputTokens", "outputCharge", "0"));
    }
  }

  private Map<String, String> tokens(
      JsonNode row, String meter, String count, String charge, String cost) {
    String model = row.at("/group/model").asText();
    BigDecimal quantity = new BigDecimal(row.path(count).asText()).movePointLeft(6);
    Map<String, String> focus = common(row, cost, quantity, MILLION_TOKENS);
    focus.put("ConsumedQuantity", row.path(count).asText());
    focus.put("ConsumedUnit", "Tokens");
    focus.put("ChargeDescription", meter + " of model " + model);
    focus.put("ServiceCategory", "AI and Machine Learning");
    focus.put("ServiceSubcategory", "Generative AI");
    focus.put("ServiceName", "Guildhall model serving");
    focus.put("SkuMeter", meter);
    focus.put("SkuId", model + "/" + meter.toLowerCase().replace(' ', '-'));
    focus.put("SkuPriceId", model + "/" + meter.toLowerCase().replace(' ', '-') + "/cost");
    focus.put("x_Charge", row.path(charge).asText());
    if (!cost.equals("0")) {
      split(focus, row);
    }
    return focus;
  }

  private Map<String, String> capacity(JsonNode row) {
    String state = row.at("/group/state").asText();
    BigDecimal hours =
        new BigDecimal(row.path("gpuSeconds").asText())
            .divide(SECONDS_PER_HOUR, 12, RoundingMode.HALF_EVEN);
    Map<String, String> focus = common(row, row.path("cost").asText(), hours, "GPU-Hours");
    boolean used = row.at("/group/kind").asText().equals("training");
    if (used) {
      focus.put("ConsumedQuantity", hours.toPlainString());
      focus.put("ConsumedUnit", "GPU-Hours");
    }
    focus.put("ChargeDescription", "GPUs in state " + state);
    focus.put("ServiceCategory", "Compute");
    focus.put("ServiceName", "Guildhall GPU pool");
    focus.put("SkuMeter", used ? "Training GPU Time" : "Idle Capacity");
    focus.put("SkuId", "gpu/" + state);
    focus.put("SkuPriceId", "gpu/" + state + "/cost");
    focus.put("x_Charge", "0");
    split(focus, row);
    return focus;
  }

  private void split(Map<String, String> focus, JsonNode row) {
    BigDecimal ratio = ratios.get(FocusRatios.key(row));
    if (ratio != null) {
      focus.put("AllocatedMethodId", "guildhall-phase-v1");
      focus.put(
          "AllocatedMethodDetails",
          "{\"Elements\":[{\"AllocatedRatio\":%s,\"UsageUnit\":\"GPU-Seconds\",\"UsageQuantity\":%s}]}"
              .formatted(ratio.toPlainString(), row.path("gpuSeconds").asText()));
      focus.put(
          "AllocatedResourceId",
          row.at("/group/tenant").asText() + "/" + row.at("/group/key").asText());
      focus.put("AllocatedResourceName", row.at("/group/tenant").asText());
    }
  }

  private Map<String, String> common(JsonNode row, String cost, BigDecimal quantity, String unit) {
    Map<String, String> focus = new LinkedHashMap<>();
    for (String column : List.of("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")) {
      focus.put(column, cost);
    }
    if (quantity.signum() > 0) {
      String price = new BigDecimal(cost).divide(quantity, MathContext.DECIMAL64).toPlainString();
      focus.put("ListUnitPrice", price);
      focus.put("ContractedUnitPrice", price);
    }
    focus.put("PricingCategory", "Standard");
    focus.put("PricingQuantity", quantity.toPlainString());
    focus.put("PricingUnit", unit);
    focus.put("BillingCurrency", answer.path("currency").asText());
    OffsetDateTime month =
        Instant.parse(answer.path("from").asText())
            .atOffset(ZoneOffset.UTC)
            .toLocalDate()
            .withDayOfMonth(1)
            .atStartOfDay()
            .atOffset(ZoneOffset.UTC);
    focus.put("BillingPeriodStart", month.toInstant().toString());
    focus.put("BillingPeriodEnd", month.plusMonths(1).toInstant().toString());
    focus.put("ChargePeriodStart", answer.path("from").asText());
    focus.put("ChargePeriodEnd", answer.path("to").asText());
    focus.put("BillingAccountId", "guildhall");
    focus.put("ChargeCategory", "Usage");
    focus.put("ChargeFrequency", "Usage-Based");
    for (String column : List.of("HostProviderName", "ServiceProviderName", "InvoiceIssuerName")) {
      focus.put(column, "Guildhall");
    }
    String deployment = row.at("/group/deployment").asText();
    focus.put(
        "ResourceId",
        row.at("/group/pool").asText() + (deployment.equals("-") ? "" : "/" + deployment));
    focus.put("ResourceName", deployment.equals("-") ? row.at("/group/pool").asText() : deployment);
    focus.put("ResourceType", deployment.equals("-") ? "GPU pool" : "Model deployment");
    focus.put("SubAccountId", row.at("/group/tenant").asText());
    focus.put("SubAccountName", row.at("/group/tenant").asText());
    focus.put("SubAccountType", "Tenant");
    focus.put("x_CredentialId", row.at("/group/key").asText());
    focus.put("x_Kind", row.at("/group/kind").asText());
    focus.put("x_GpuState", row.at("/group/state").asText());
    return focus;
  }
}
