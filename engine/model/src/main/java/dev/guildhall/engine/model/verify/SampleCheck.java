package dev.guildhall.engine.model.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.engine.model.Safetensors;
import dev.guildhall.engine.model.Tokenizer;
import dev.guildhall.engine.model.verify.VerifiableModel.Generation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares a trained checkpoint with {@code expected.safetensors} and {@code expected.json}:
 * prompts, continuations, their text, and how many of their tokens the MTP layer drafted right.
 */
final class SampleCheck {
  private final Safetensors expected;
  private final JsonNode json;
  private final VerifiableModel model;
  private final Tokenizer tokenizer;
  private final List<CheckResult> results = new ArrayList<>();

  private SampleCheck(
      Safetensors expected, JsonNode json, VerifiableModel model, Tokenizer tokenizer) {
    this.expected = expected;
    this.json = json;
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /** {@code tokenizer} null: texts are not checked. */
  static List<CheckResult> run(
      Safetensors expected, JsonNode json, VerifiableModel model, Tokenizer tokenizer) {
    SampleCheck check = new SampleCheck(expected, json, model, tokenizer);
    for (int i = 0; expected.has("prompt." + i); i++) {
      check.prompt(i);
    }
    return check.results;
  }

  private void prompt(int i) {
    int[] prompt = expected.tensor("prompt." + i).ints();
    int[] greedy = expected.tensor("greedy." + i).ints();
    float[] last = expected.tensor("last_logits." + i).floats();
    Generation generation = model.generate(prompt, greedy.length);
    results.add(Comparison.equal("greedy." + i, generation.tokens(), greedy));
    results.add(
        Comparison.absolute(
            "margin." + i,
            generation.margins(),
            expected.tensor("margin." + i).floats(),
            GoldenCheck.marginTolerance(last)));
    float[] logits = model.forward(prompt).logits();
    float[] row = Arrays.copyOfRange(logits, logits.length - last.length, logits.length);
    results.add(Comparison.tensor("last_logits." + i, row, last));
    JsonNode words = json.path("greedy").path(i);
    if (tokenizer != null && words.has("prompt")) {
      int[] ids = tokenizer.encodePrompt(words.get("prompt").asText());
      results.add(Comparison.equal("prompt." + i, ids, prompt));
      String text = tokenizer.decode(generation.tokens(), true);
      results.add(
          Comparison.holds("text." + i, text.equals(words.path("text").asText()), quoted(text)));
    }
    if (model.hasMtp() && words.has("mtp_acceptance")) {
      double share = acceptance(prompt, greedy);
      // The expected share was kept as float32.
      results.add(
          Comparison.absolute(
              "mtp_acceptance." + i,
              new float[] {(float) share},
              new float[] {(float) words.get("mtp_acceptance").asDouble()},
              1e-6));
    }
  }

  /** Share of the generated tokens but the first that the MTP layer predicted one step ahead. */
  private double acceptance(int[] prompt, int[] greedy) {
    int[] all = Arrays.copyOf(prompt, prompt.length + greedy.length);
    System.arraycopy(greedy, 0, all, prompt.length, greedy.length);
    float[] logits = model.draft(all, false).logits();
    int size = logits.length / (all.length - 1);
    int right = 0;
    for (int i = prompt.length - 1; i + 2 < all.length; i++) {
      right += Logits.best(logits, i * size, size) == all[i + 2] ? 1 : 0;
    }
    return right / (greedy.length - 1.0);
  }

  private static String quoted(String text) {
    String line = text.replace("\n", "\\n");
    return '"' + (line.length() > 40 ? line.substring(0, 40) + "…" : line) + '"';
  }
}
