package dev.guildhall.engine.model.verify;

import dev.guildhall.engine.model.reference.ReferenceModel;
import dev.guildhall.engine.model.reference.ReferenceModel.Sequence;
import dev.guildhall.engine.model.reference.ReferenceModel.Step;
import dev.guildhall.engine.model.reference.Trace;
import java.util.List;

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

  @Override
  public Pass forward(int[] tokens) {
    Collected collected = new Collected();
    Rows logits = new Rows();
    model.sequence().append(tokens, collected).forEach(s -> logits.add(s.logits()));
    return collected.pass(logits.joined());
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
    return new Drafts(logits.joined(), collected.firstRoutes());
  }

  @Override
  public void close() {
    // Holds memory only.
  }
}
