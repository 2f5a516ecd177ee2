package dev.guildhall.engine.model.verify;

import dev.guildhall.engine.model.reference.ReferenceModel;
import dev.guildhall.engine.model.reference.ReferenceModel.Sequence;
import dev.guildhall.engine.model.reference.ReferenceModel.Step;
import dev.guildhall.engine.model.reference.Trace;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The oracle as something to check. */
final class ReferenceVerifiable implements VerifiableModel {
  private final ReferenceModel model;

  ReferenceVerifiable(ReferenceModel model) {
    this.model = model;
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public boolean hasMtp() {
    return model.hasMtp();
  }

  @Override
  public boolean showsRawState() {
    return true;
  }

  /** Collects what passes. */
  private static final class Collected implements Trace {
    private final Map<Integer, Rows> hidden = new TreeMap<>();
    private final Map<Integer, RouteRows> routes = new TreeMap<>();

    @Override
    public void hidden(int layer, float[] state) {
      hidden.computeIfAbsent(layer, l -> new Rows()).add(state);
    }

    @Override
    public void routed(int layer, int[] experts, float[] weights) {
      routes.computeIfAbsent(layer, l -> new RouteRows()).add(experts, weights);
    }
  }

  @Override
  public Pass forward(int[] tokens) {
    Collected collected = new Collected();
    Rows logits = new Rows();
    model.sequence().append(tokens, collected).forEach(s -> logits.add(s.logits()));
    Map<Integer, Routes> routes = new TreeMap<>();
    collected.routes.forEach((layer, rows) -> routes.put(layer, rows.routes()));
    List<float[]> hidden = collected.hidden.values().stream().map(Rows::joined).toList();
    return new Pass(logits.joined(), hidden, routes);
  }

  @Override
  public Generation generate(int[] prompt, int count) {
    Sequence sequence = model.sequence();
    float[] logits = sequence.append(prompt, Trace.NONE).getLast().logits();
    int[] tokens = new int[count];
    float[] margins = new float[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = Logits.best(logits, 0, logits.length);
      margins[i] = Logits.margin(logits, 0, logits.length);
      if (i + 1 < count) {
        logits = sequence.append(tokens[i], Trace.NONE).logits();
      }
    }
    return new Generation(tokens, margins);
  }

  @Override
  public Drafts draft(int[] tokens, boolean raw) {
    Sequence sequence = model.sequence();
    Collected collected = new Collected();
    Rows logits = new Rows();
    List<Step> steps = sequence.append(tokens, Trace.NONE);
    for (int i = 0; i + 1 < tokens.length; i++) {
      Step step = steps.get(i);
      float[] hidden = raw ? step.raw() : step.normed();
      logits.add(sequence.draft(hidden, tokens[i + 1], collected).logits());
    }
    Stream<RouteRows> routes = collected.routes.values().stream();
    return new Drafts(logits.joined(), routes.findFirst().orElseThrow().routes());
  }

  @Override
  public void close() {
    // Holds memory only.
  }
}
