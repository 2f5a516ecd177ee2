package dev.guildhall.engine.cpu;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.backend.StepOutput.SliceOutput;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** Drives a backend in tests: folders of the checkout, sequences with pages, greedy choice. */
final class Session {
  static final Path ROOT = Path.of(System.getProperty("guildhall.root", "../..")).normalize();
  static final Path SMALL = ROOT.resolve("manifests/samples/models/small-v3");

  private Session() {}

  static Path golden(String name) {
    return ROOT.resolve("engine/goldens").resolve(name);
  }

  static Backend open(Path folder, Kernels kernels) {
    return open(folder, kernels, null);
  }

  static Backend open(Path folder, Kernels kernels, List<BitSet> held) {
    return new CpuBackend(
        folder, new BackendOptions(2048, 2048, held), new Compute(kernels, new Workers(2)));
  }

  /** A page table whose pages do not lie in order, disjoint for different sequences. */
  static int[] pages(Backend backend, int sequence, int tokens) {
    int needed = backend.cache().pagesFor(tokens);
    int total = backend.cache().pages();
    return IntStream.range(0, needed)
        .map(i -> Math.floorMod((sequence * needed + i) * 37 + 5, total))
        .toArray();
  }

  /** Runs a whole sequence in chunks and joins what comes out. */
  static SliceOutput run(Backend backend, int[] tokens, int[] pages, int chunk) {
    float[] logits = new float[0];
    float[] hidden = new float[0];
    for (int at = 0; at < tokens.length; at += chunk) {
      int[] part = Arrays.copyOfRange(tokens, at, Math.min(tokens.length, at + chunk));
      Slice slice = new Slice(part, at, pages, Logits.ALL, true);
      SliceOutput out = step(backend, slice).getFirst();
      logits = join(logits, out.logits());
      hidden = join(hidden, out.hidden());
    }
    return new SliceOutput(logits, hidden);
  }

  static List<SliceOutput> step(Backend backend, Slice... slices) {
    return backend.step(new StepInput(List.of(slices)), backend.localExperts()).slices();
  }

  /** Appends the best token again and again; returns the new ones. */
  static int[] greedy(Backend backend, int[] prompt, int count) {
    int[] pages = pages(backend, 0, prompt.length + count);
    int[] tokens = new int[count];
    int[] next = prompt;
    int at = 0;
    for (int i = 0; i < count; i++) {
      tokens[i] = best(step(backend, new Slice(next, at, pages, Logits.LAST)).getFirst().logits());
      at += next.length;
      next = new int[] {tokens[i]};
    }
    return tokens;
  }

  static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  static float[] join(float[] a, float[] b) {
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
