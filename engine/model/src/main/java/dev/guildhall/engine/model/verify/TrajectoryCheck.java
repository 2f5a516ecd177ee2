package dev.guildhall.engine.model.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.engine.model.Safetensors;
import dev.guildhall.engine.model.verify.VerifiableModel.Drafts;
import dev.guildhall.engine.model.verify.VerifiableModel.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares a model with what a training run saw in its first step, before any weight moved: losses
 * and how many tokens each expert got.
 */
final class TrajectoryCheck {
  private TrajectoryCheck() {}

  static List<CheckResult> run(Safetensors run, JsonNode hyper, VerifiableModel model) {
    int batch = hyper.path("batch").asInt();
    int length = hyper.path("seq").asInt();
    int[] ids = Arrays.copyOf(run.tensor("ids").ints(), batch * length);
    int[] layers = run.tensor("moe_layer_ids").ints();
    int experts = run.tensor("expert_load").dim(2);
    int[][] load = new int[layers.length][experts];
    double loss = 0;
    double draftLoss = 0;
    for (int b = 0; b < batch; b++) {
      int[] tokens = Arrays.copyOfRange(ids, b * length, (b + 1) * length);
      Pass pass = model.forward(tokens);
      loss += Logits.loss(pass.logits(), tokens, 1);
      for (int l = 0; l < layers.length; l++) {
        count(load[l], pass.routes().get(layers[l]));
      }
      if (model.hasMtp()) {
        Drafts drafts = model.draft(tokens, false);
        draftLoss += Logits.loss(drafts.logits(), tokens, 2);
        count(load[layers.length - 1], drafts.routes());
      }
    }
    List<CheckResult> results = new ArrayList<>();
    int predictions = batch * (length - 1);
    results.add(loss("loss.main", loss / predictions, run));
    if (model.hasMtp()) {
      results.add(loss("loss.mtp", draftLoss / predictions, run));
      int[] seen = Arrays.stream(load).flatMapToInt(Arrays::stream).toArray();
      float[] expected = run.tensor("expert_load").floats();
      int[] wanted = new int[seen.length];
      Arrays.setAll(wanted, i -> Math.round(expected[i]));
      results.add(Comparison.equal("expert_load, step 0", seen, wanted));
    }
    return results;
  }

  private static CheckResult loss(String name, double actual, Safetensors run) {
    return Comparison.loss(name + ", step 0", actual, run.tensor(name).doubles()[0], "");
  }

  /** The MTP layer is not among the layers of a pass. */
  private static void count(int[] load, VerifiableModel.Routes routes) {
    if (routes != null) {
      Arrays.stream(routes.experts()).forEach(e -> load[e]++);
    }
  }
}
