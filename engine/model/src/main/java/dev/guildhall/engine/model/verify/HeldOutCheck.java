package dev.guildhall.engine.model.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.engine.model.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Loss of main model and MTP layer on held-out text, in windows, and how often the MTP layer's
 * likeliest token is the one that the main model finds likeliest a step later.
 */
final class HeldOutCheck {
  private final VerifiableModel model;
  private double loss;
  private double draftLoss;
  private long agreed;
  private long predictions;
  private long drafts;

  private HeldOutCheck(VerifiableModel model) {
    this.model = model;
  }

  /**
   * @param expected the object {@code held_out} of {@code expected.json}
   */
  static List<CheckResult> run(
      JsonNode expected, String text, Tokenizer tokenizer, VerifiableModel model) {
    int[] all = tokenizer.encode(text);
    int[] ids = Arrays.copyOf(all, Math.min(all.length, expected.path("tokens").asInt()));
    int window = expected.path("window").asInt();
    HeldOutCheck check = new HeldOutCheck(model);
    for (int at = 0; at + window <= ids.length; at += expected.path("stride").asInt()) {
      check.window(Arrays.copyOfRange(ids, at, at + window));
    }
    return check.results(expected);
  }

  private void window(int[] tokens) {
    float[] logits = model.forward(tokens).logits();
    loss += Logits.loss(logits, tokens, 1);
    predictions += tokens.length - 1;
    if (!model.hasMtp()) {
      return;
    }
    float[] draft = model.draft(tokens, false).logits();
    draftLoss += Logits.loss(draft, tokens, 2);
    drafts += tokens.length - 2;
    int size = logits.length / tokens.length;
    for (int i = 0; i + 2 < tokens.length; i++) {
      agreed +=
          Logits.best(draft, i * size, size) == Logits.best(logits, (i + 1) * size, size) ? 1 : 0;
    }
  }

  private List<CheckResult> results(JsonNode expected) {
    List<CheckResult> results = new ArrayList<>();
    String note = predictions + " predictions";
    results.add(
        Comparison.loss(
            "held_out.mean_loss", loss / predictions, expected.path("mean_loss").asDouble(), note));
    if (drafts > 0) {
      results.add(
          Comparison.loss(
              "held_out.mean_mtp_loss",
              draftLoss / drafts,
              expected.path("mean_mtp_loss").asDouble(),
              drafts + " predictions"));
      double share = (double) agreed / drafts;
      // Two nearly equal logits may swap in other arithmetic: a few of ten thousand may differ.
      results.add(
          Comparison.absolute(
              "held_out.mtp_agreement",
              new float[] {(float) share},
              new float[] {(float) expected.path("mtp_agreement").asDouble()},
              1e-3));
    }
    return results;
  }
}
