package dev.guildhall.engine.model.verify;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepObserver;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import java.util.Arrays;
import java.util.List;

/**
 * A backend through the steps that a scheduler makes: prompts in chunks of an awkward size, one
 * step for each generated token, cache pages in an order of their own.
 */
final class BackendVerifiable implements VerifiableModel {
  /** Most tokens in a step; no divisor of common page sizes or prompt lengths. */
  static final int CHUNK = 29;

  private final Backend backend;
  private final boolean mtp;

  BackendVerifiable(Backend backend, boolean mtp) {
    this.backend = backend;
    this.mtp = mtp;
  }

  @Override
  public String name() {
    return backend.name();
  }

  @Override
  public boolean hasMtp() {
    return mtp;
  }

  @Override
  public boolean showsRawState() {
    return false;
  }

  @Override
  public Pass forward(int[] tokens) {
    Collected collected = new Collected();
    return collected.pass(run(tokens, 0, null, collected).logits());
  }

  @Override
  public Drafts draft(int[] tokens, boolean raw) {
    if (raw) {
      throw new UnsupportedOperationException("a backend does not show its state before the norm");
    }
    float[] states = run(tokens, 0, null, null).hidden();
    int width = states.length / tokens.length;
    Collected collected = new Collected();
    int[] next = Arrays.copyOfRange(tokens, 1, tokens.length);
    float[] logits = run(next, 1, Arrays.copyOf(states, next.length * width), collected).logits();
    return new Drafts(logits, collected.firstRoutes());
  }

  @Override
  public Generation generate(int[] prompt, int count) {
    int[] pages = pages(prompt.length + count);
    int[] tokens = new int[count];
    float[] margins = new float[count];
    int start = 0;
    while (prompt.length - start > CHUNK) {
      int[] chunk = Arrays.copyOfRange(prompt, start, start + CHUNK);
      step(new Slice(chunk, start, pages, StepInput.Logits.NONE), null);
      start += CHUNK;
    }
    int[] next = Arrays.copyOfRange(prompt, start, prompt.length);
    for (int i = 0; i < count; i++) {
      float[] logits = step(new Slice(next, start, pages, StepInput.Logits.LAST), null).logits();
      tokens[i] = Logits.best(logits, 0, logits.length);
      margins[i] = Logits.margin(logits, 0, logits.length);
      start += next.length;
      next = new int[] {tokens[i]};
    }
    return new Generation(tokens, margins);
  }

  /** Runs tokens in chunks; with {@code hidden}, through the MTP layer. */
  private SliceOutput run(int[] tokens, int start, float[] hidden, StepObserver observer) {
    int[] pages = pages(start + tokens.length);
    Rows logits = new Rows();
    Rows states = new Rows();
    for (int from = 0; from < tokens.length; from += CHUNK) {
      int to = Math.min(from + CHUNK, tokens.length);
      int[] chunk = Arrays.copyOfRange(tokens, from, to);
      Slice slice = new Slice(chunk, start + from, pages, StepInput.Logits.ALL, hidden == null);
      SliceOutput out;
      if (hidden == null) {
        out = step(slice, observer);
      } else {
        int width = hidden.length / tokens.length;
        float[] rows = Arrays.copyOfRange(hidden, from * width, to * width);
        StepInput input = new StepInput(List.of(slice), observer);
        out = backend.draft(input, rows, backend.localExperts()).slices().getFirst();
      }
      logits.add(out.logits());
      states.add(out.hidden());
    }
    return new SliceOutput(logits.joined(), states.joined());
  }

  private SliceOutput step(Slice slice, StepObserver observer) {
    StepInput input = new StepInput(List.of(slice), observer);
    return backend.step(input, backend.localExperts()).slices().getFirst();
  }

  /** The last pages of the cache, backwards, so that a table which is not followed shows. */
  private int[] pages(int tokens) {
    int[] pages = new int[backend.cache().pagesFor(tokens)];
    if (pages.length > backend.cache().pages()) {
      throw new IllegalArgumentException(tokens + " tokens do not fit the cache");
    }
    Arrays.setAll(pages, i -> backend.cache().pages() - 1 - i);
    return pages;
  }

  @Override
  public void close() {
    backend.close();
  }
}
