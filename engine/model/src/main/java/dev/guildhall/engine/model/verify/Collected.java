package dev.guildhall.engine.model.verify;

import dev.guildhall.engine.backend.StepObserver;
import dev.guildhall.engine.model.reference.Trace;
import dev.guildhall.engine.model.verify.VerifiableModel.Pass;
import dev.guildhall.engine.model.verify.VerifiableModel.Routes;
import java.util.Map;
import java.util.TreeMap;

/** Collects what a backend or the oracle shows of its layers, row after row. */
final class Collected implements StepObserver, Trace {
  private final Map<Integer, Rows> hidden = new TreeMap<>();
  private final Map<Integer, RouteRows> routes = new TreeMap<>();

  @Override
  public void hidden(int layer, float[] rows) {
    hidden.computeIfAbsent(layer, l -> new Rows()).add(rows);
  }

  @Override
  public void routed(int layer, int[] experts, float[] weights) {
    routes.computeIfAbsent(layer, l -> new RouteRows()).add(experts, weights);
  }

  /** All of it, with the logits that came of it. */
  Pass pass(float[] logits) {
    Map<Integer, Routes> byLayer = new TreeMap<>();
    routes.forEach((layer, rows) -> byLayer.put(layer, rows.routes()));
    return new Pass(logits, hidden.values().stream().map(Rows::joined).toList(), byLayer);
  }

  /** Choices of the first router that was seen; empty if there was none. */
  Routes firstRoutes() {
    return routes.values().stream().findFirst().orElseGet(RouteRows::new).routes();
  }
}
