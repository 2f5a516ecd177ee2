package dev.guildhall.engine.model.verify;

import dev.guildhall.engine.model.verify.VerifiableModel.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * For a folder without expectations: the model runs, every logit is a finite number, step by step
 * gives what a whole pass gives, and implementations agree with each other.
 */
final class BareCheck {
  private static final int TOKENS = 48;

  private BareCheck() {}

  static int[] tokens(int vocabulary, int maxPositions) {
    int[] tokens = new int[Math.min(TOKENS, maxPositions)];
    Arrays.setAll(tokens, i -> (int) ((i * 7919L + 1) % vocabulary));
    return tokens;
  }

  /**
   * @param oracle logits of another implementation on the same tokens; null if there is none
   */
  static List<CheckResult> run(VerifiableModel model, int[] tokens, Pass pass, float[] oracle) {
    List<CheckResult> results = new ArrayList<>();
    results.add(finite("finite logits", pass.logits()));
    int size = pass.logits().length / tokens.length;
    int best = Logits.best(pass.logits(), (tokens.length - 1) * size, size);
    int[] generated = model.generate(tokens, 1).tokens();
    results.add(Comparison.equal("next token, stepwise", generated, new int[] {best}));
    if (model.hasMtp()) {
      results.add(finite("finite mtp logits", model.draft(tokens, false).logits()));
    }
    if (oracle != null) {
      results.add(Comparison.tensor("logits against reference", pass.logits(), oracle));
    }
    return results;
  }

  private static CheckResult finite(String name, float[] values) {
    long broken = 0;
    for (float value : values) {
      broken += Float.isFinite(value) ? 0 : 1;
    }
    return new CheckResult(name, CheckResult.Kind.COUNT, broken, 0, values.length, "");
  }
}
