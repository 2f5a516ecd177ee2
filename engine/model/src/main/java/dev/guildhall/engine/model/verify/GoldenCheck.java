package dev.guildhall.engine.model.verify;

import dev.guildhall.engine.model.Safetensors;
import dev.guildhall.engine.model.Tensor;
import dev.guildhall.engine.model.verify.VerifiableModel.Generation;
import dev.guildhall.engine.model.verify.VerifiableModel.Pass;
import dev.guildhall.engine.model.verify.VerifiableModel.Routes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compares a model with {@code golden.safetensors}; whatever it does not hold is not checked. */
final class GoldenCheck {
  private final Safetensors golden;
  private final VerifiableModel model;
  private final List<CheckResult> results = new ArrayList<>();

  private GoldenCheck(Safetensors golden, VerifiableModel model) {
    this.golden = golden;
    this.model = model;
  }

  static List<CheckResult> run(Safetensors golden, VerifiableModel model) {
    GoldenCheck check = new GoldenCheck(golden, model);
    if (golden.has("input_ids")) {
      int[][] sequences = sequences(golden.tensor("input_ids"));
      check.passes(sequences, Arrays.stream(sequences).map(model::forward).toList());
      check.drafts(sequences);
    }
    if (golden.has("greedy.prompt")) {
      check.greedy();
    }
    return check.results;
  }

  /** The rows of a [sequences, tokens] tensor. */
  static int[][] sequences(Tensor ids) {
    int[] all = ids.ints();
    int length = ids.dim(1);
    int[][] sequences = new int[ids.dim(0)][];
    Arrays.setAll(sequences, s -> Arrays.copyOfRange(all, s * length, (s + 1) * length));
    return sequences;
  }

  private void passes(int[][] sequences, List<Pass> passes) {
    Rows logits = new Rows();
    passes.forEach(p -> logits.add(p.logits()));
    tensor("logits", logits);
    int layers = passes.getFirst().hidden().size() - 1;
    for (int layer = 0; layer <= layers; layer++) {
      Rows hidden = new Rows();
      for (Pass pass : passes) {
        hidden.add(pass.hidden().get(layer));
      }
      tensor(layer == layers ? "hidden.final_norm" : "hidden." + layer, hidden);
    }
    for (int layer : passes.getFirst().routes().keySet()) {
      RouteRows rows = new RouteRows();
      for (Pass pass : passes) {
        rows.add(pass.routes().get(layer).experts(), pass.routes().get(layer).weights());
      }
      routes("router." + layer, rows.routes());
    }
    if (golden.has("loss")) {
      double sum = 0;
      int count = 0;
      for (int s = 0; s < sequences.length; s++) {
        sum += Logits.loss(passes.get(s).logits(), sequences[s], 1);
        count += sequences[s].length - 1;
      }
      double expected = golden.tensor("loss").doubles()[0];
      results.add(Comparison.loss("loss", sum / count, expected, ""));
    }
  }

  private void tensor(String name, Rows actual) {
    if (golden.has(name)) {
      results.add(Comparison.tensor(name, actual.joined(), golden.tensor(name).floats()));
    }
  }

  private void routes(String name, Routes routes) {
    if (golden.has(name + ".experts")) {
      int[] experts = golden.tensor(name + ".experts").ints();
      results.add(Comparison.equal(name + ".experts", routes.experts(), experts));
    }
    if (golden.has(name + ".weights")) {
      float[] weights = golden.tensor(name + ".weights").floats();
      results.add(
          Comparison.absolute(name + ".weights", routes.weights(), weights, Comparison.ROUTER));
    }
  }

  private void drafts(int[][] sequences) {
    if (model.hasMtp()) {
      draft("mtp.logits_from_post_norm", sequences, false);
      if (model.showsRawState()) {
        draft("mtp.logits_from_pre_norm", sequences, true);
      }
    }
  }

  private void draft(String name, int[][] sequences, boolean raw) {
    if (golden.has(name)) {
      Rows logits = new Rows();
      Arrays.stream(sequences).forEach(s -> logits.add(model.draft(s, raw).logits()));
      tensor(name, logits);
    }
  }

  private void greedy() {
    int[] expected = golden.tensor("greedy.tokens").ints();
    Generation generation = model.generate(golden.tensor("greedy.prompt").ints(), expected.length);
    results.add(Comparison.equal("greedy.tokens", generation.tokens(), expected));
    if (golden.has("greedy.margin") && golden.has("logits")) {
      float[] margins = golden.tensor("greedy.margin").floats();
      double allowed = marginTolerance(golden.tensor("logits").floats());
      results.add(Comparison.absolute("greedy.margin", generation.margins(), margins, allowed));
    }
  }

  /** A margin is the difference of two logits, each of which may be off by the tensor tolerance. */
  static double marginTolerance(float[] logits) {
    double largest = 0;
    for (float value : logits) {
      largest = Math.max(largest, Math.abs(value));
    }
    return 2 * Comparison.TENSOR * largest;
  }
}
