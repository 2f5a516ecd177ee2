package dev.guildhall.engine.cpu;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepInput.Logits;
import dev.guildhall.engine.backend.StepInput.Slice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures prefill and decode on a model folder with every form of kernels. Forms take turns within
 * each round, because a shared machine's speed drifts: compare medians of one run with each other
 * and with the memory probe of the same run.
 */
public final class CpuBenchmark {
  private static final int[] BATCHES = {1, 4, 16};
  private static final long LEAST_NANOS = 200_000_000;

  /**
   * What to run.
   *
   * @param folder model folder
   * @param rounds how often everything is measured, at least 1
   * @param prompt tokens per sequence in prefill, and the context that decode starts from
   * @param threads that compute
   * @param kernels forms to compare, such as {@code native,vector,java}
   */
  public record Options(Path folder, int rounds, int prompt, int threads, String kernels) {

    /** Checks the ranges. */
    public Options {
      if (rounds < 1 || prompt < 1 || prompt > 8192 || threads < 1) {
        throw new IllegalArgumentException(
            "rounds, prompt (at most 8192) and threads must be at least 1: %d, %d, %d"
                .formatted(rounds, prompt, threads));
      }
    }
  }

  /**
   * One row of the result.
   *
   * @param what {@code prefill}, {@code decode} or {@code memory read}
   * @param kernels form of the kernels
   * @param batch sequences in a step
   * @param unit of the values: tokens per second over the whole batch, or GB (10^9 bytes) per
   *     second
   * @param values one per round
   */
  public record Measure(String what, String kernels, int batch, String unit, List<Double> values) {

    /** Middle value; of an even number, the lower middle one. */
    public double median() {
      return values.stream().sorted().toList().get((values.size() - 1) / 2);
    }

    /** Smallest value. */
    public double least() {
      return values.stream().mapToDouble(v -> v).min().orElse(Double.NaN);
    }

    /** Largest value. */
    public double most() {
      return values.stream().mapToDouble(v -> v).max().orElse(Double.NaN);
    }
  }

  /**
   * The result.
   *
   * @param measures rows in the order of first measurement
   * @param notes forms that cannot run here, with the reason
   */
  public record Result(List<Measure> measures, List<String> notes) {}

  private final Options options;
  private final Map<String, Measure> measures = new LinkedHashMap<>();
  private final Random random = new Random(1);

  private CpuBenchmark(Options options) {
    this.options = options;
  }

  /**
   * Runs everything.
   *
   * @param progress is told what is being measured
   * @throws dev.guildhall.engine.model.ModelException saying what is wrong with the folder
   */
  public static Result run(Options options, Consumer<String> progress) {
    return new CpuBenchmark(options).run(progress);
  }

  private Result run(Consumer<String> progress) {
    List<String> notes = new ArrayList<>();
    List<Backend> backends = new ArrayList<>();
    try {
      for (KernelForm form : KernelChoice.parse(options.kernels())) {
        Optional<String> problem = form.unusableBecause();
        if (problem.isPresent()) {
          notes.add(form + " cannot run here: " + problem.get());
        } else {
          progress.accept("warming up " + form.open().name());
          backends.add(open(form));
          measure(backends.getLast(), 1, LEAST_NANOS);
        }
      }
      measures.clear();
      MemoryProbe probe = new MemoryProbe();
      for (int round = 1; round <= options.rounds(); round++) {
        progress.accept("round " + round + " of " + options.rounds());
        probe.gigabytesPerSecond().ifPresent(v -> add("memory read", "native", 1, "GB/s", v));
        for (Backend backend : backends) {
          for (int batch : BATCHES) {
            measure(backend, batch, LEAST_NANOS);
          }
        }
      }
    } finally {
      backends.forEach(Backend::close);
    }
    return new Result(List.copyOf(measures.values()), notes);
  }

  private Backend open(KernelForm form) {
    int most = BATCHES[BATCHES.length - 1];
    return new CpuBackend(
        options.folder(),
        new BackendOptions(most * capacity(), most * options.prompt(), null),
        new Compute(form.open(), new Workers(options.threads())));
  }

  /** Tokens per sequence, in whole pages: the prompt and what decoding adds. */
  private int capacity() {
    return Math.ceilDiv(2 * options.prompt(), LatentCache.PAGE_TOKENS) * LatentCache.PAGE_TOKENS;
  }

  private void measure(Backend backend, int batch, long leastNanos) {
    String kernels = backend.name().substring(5, backend.name().length() - 1);
    double prefill = rate(backend, batch, options.prompt(), 0, leastNanos);
    add("prefill", kernels, batch, "tokens/s", prefill);
    double decode = rate(backend, batch, 1, options.prompt(), leastNanos);
    add("decode", kernels, batch, "tokens/s", decode);
  }

  /** Tokens per second of steps that append {@code tokens} to each of {@code batch} sequences. */
  private double rate(Backend backend, int batch, int tokens, int context, long leastNanos) {
    long start = System.nanoTime();
    long done = 0;
    int at = context;
    do {
      List<Slice> slices = new ArrayList<>();
      for (int s = 0; s < batch; s++) {
        slices.add(new Slice(randomTokens(tokens), at, pages(s), Logits.LAST));
      }
      backend.step(new StepInput(slices), backend.localExperts());
      done += (long) batch * tokens;
      // Decoding goes over the second half of the pages again and again.
      at = context == 0 || at + 1 == capacity() ? context : at + 1;
    } while (System.nanoTime() - start < leastNanos);
    return done * 1e9 / (System.nanoTime() - start);
  }

  private int[] randomTokens(int count) {
    return random.ints(count, 0, 256).toArray();
  }

  private int[] pages(int sequence) {
    int each = capacity() / LatentCache.PAGE_TOKENS;
    return IntStream.range(sequence * each, (sequence + 1) * each).toArray();
  }

  private void add(String what, String kernels, int batch, String unit, double value) {
    measures
        .computeIfAbsent(
            what + kernels + batch, k -> new Measure(what, kernels, batch, unit, new ArrayList<>()))
        .values()
        .add(value);
  }
}
