package dev.guildhall.engine.model.verify;

import dev.guildhall.engine.model.verify.VerifiableModel.Routes;
import java.util.stream.IntStream;

/** Collects the choices of one router. */
final class RouteRows {
  private IntStream experts = IntStream.empty();
  private final Rows weights = new Rows();

  void add(int[] chosen, float[] chosenWeights) {
    experts = IntStream.of(IntStream.concat(experts, IntStream.of(chosen)).toArray());
    weights.add(chosenWeights);
  }

  Routes routes() {
    return new Routes(experts.toArray(), weights.joined());
  }
}
