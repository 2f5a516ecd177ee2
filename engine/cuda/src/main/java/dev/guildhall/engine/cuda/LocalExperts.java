package dev.guildhall.engine.cuda;

import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.Lifetime;
import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import dev.guildhall.engine.cuda.Launches.Sorted;
import dev.guildhall.engine.model.ModelConfig;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * The routed experts that this rank holds, for rows that come from elsewhere: with buffers of its
 * own, because such calls come in the middle of a step.
 */
final class LocalExperts implements ExpertCompute {
  /** Rows run at a time; more take turns. */
  static final int ROWS = 256;

  private final Device device;
  private final DeviceHealth health;
  private final DeviceMemory memory;
  private final Launches launches;
  private final ReentrantLock lock;
  private final Lifetime lifetime;
  private final RoutedExperts[] layers;
  private final int firstMixture;
  private final int hiddenSize;
  private final Rows rows;

  /** Room for rows that come in, go out, and lie between. */
  record Rows(Buffer input, Buffer output, Sorted sorted) {
    static Rows allocate(Allocator memory, ModelConfig c) {
      return new Rows(
          memory.floats((long) ROWS * c.hiddenSize(), "rows for experts"),
          memory.floats((long) ROWS * c.hiddenSize(), "experts' outputs"),
          Sorted.allocate(memory, c.experts(), ROWS, c.expertSize()));
    }
  }

  LocalExperts(
      Device device,
      DeviceHealth health,
      DeviceMemory memory,
      Launches launches,
      ReentrantLock lock,
      Lifetime lifetime,
      ModelConfig config,
      Rows rows,
      RoutedExperts[] layers) {
    this.device = device;
    this.health = health;
    this.memory = memory;
    this.launches = launches;
    this.lock = lock;
    this.lifetime = lifetime;
    this.layers = layers;
    this.firstMixture = config.denseLayers();
    this.hiddenSize = config.hiddenSize();
    this.rows = rows;
  }

  /** Whether all experts of all layers are here, so that a step needs nobody else. */
  boolean holdsAll() {
    return Arrays.stream(layers)
        .skip(firstMixture)
        .allMatch(l -> l != null && l.held() == l.slotOf().length);
  }

  /** Decoder layers, the MTP layer included. */
  int layers() {
    return layers.length;
  }

  /** A layer's experts; null if none is held. */
  RoutedExperts layer(int layer) {
    return layers[layer];
  }

  /** Which experts of a layer are held; null for a dense one. */
  BitSet held(int layer) {
    if (layer < firstMixture) {
      return null;
    }
    RoutedExperts experts = layers[layer];
    return IntStream.range(0, experts == null ? 0 : experts.slotOf().length)
        .filter(e -> experts.slotOf()[e] >= 0)
        .collect(BitSet::new, BitSet::set, BitSet::or);
  }

  /** Puts others in their place; only by who has the device's lock. */
  void replace(int layer, RoutedExperts experts) {
    layers[layer] = experts;
  }

  /**
   * @throws IllegalArgumentException if the batch is not well formed or the layer has no experts
   */
  @Override
  public float[] forward(int layer, ExpertBatch batch) {
    return lifetime.call(
        () -> {
          lock.lock();
          try {
            check(layer, batch);
            return health.guard(
                () -> {
                  device.enter();
                  return run(layers[layer], batch);
                });
          } finally {
            lock.unlock();
          }
        });
  }

  /** Rows are uploaded in the order of their experts, so a turn is a range of them. */
  private float[] run(RoutedExperts experts, ExpertBatch batch) {
    int total = batch.rows().length;
    float[] out = new float[total * hiddenSize];
    int[] expertOf = new int[total];
    for (int i = 0, at = 0; i < batch.experts().length; i++) {
      Arrays.fill(expertOf, at, at + batch.rowCounts()[i], batch.experts()[i]);
      at += batch.rowCounts()[i];
    }
    for (int first = 0; first < total; first += ROWS) {
      int n = Math.min(ROWS, total - first);
      float[] x = new float[n * hiddenSize];
      int[] counts = new int[experts.slotOf().length];
      for (int i = 0; i < n; i++) {
        int from = batch.rows()[first + i] * hiddenSize;
        System.arraycopy(batch.hidden(), from, x, i * hiddenSize, hiddenSize);
        counts[expertOf[first + i]]++;
      }
      int[] starts = new int[counts.length + 1];
      int[] sources = new int[n];
      for (int e = 0; e < counts.length; e++) {
        starts[e + 1] = starts[e] + counts[e];
      }
      Arrays.setAll(sources, i -> i);
      Sorted sorted = rows.sorted();
      memory.put(rows.input(), x);
      memory.put(sorted.counts(), counts);
      memory.put(sorted.starts(), starts);
      memory.put(sorted.sources(), sources);
      int most = Arrays.stream(counts).max().orElse(0);
      launches.experts(experts, rows.input(), sorted, n, most, rows.output());
      float[] y = memory.floats(rows.output(), n * hiddenSize);
      System.arraycopy(y, 0, out, first * hiddenSize, y.length);
    }
    return out;
  }

  private void check(int layer, ExpertBatch batch) {
    if (layer < 0 || layer >= layers.length || layers[layer] == null) {
      throw new IllegalArgumentException("layer " + layer + " has no routed experts here");
    }
    int distinct = batch.hidden().length / hiddenSize;
    if (batch.hiddenSize() != hiddenSize || batch.hidden().length % hiddenSize != 0) {
      throw new IllegalArgumentException(
          "rows of %d values in an array of %d; the model's hidden size is %d"
              .formatted(batch.hiddenSize(), batch.hidden().length, hiddenSize));
    }
    if (Arrays.stream(batch.rows()).anyMatch(row -> row < 0 || row >= distinct)) {
      throw new IllegalArgumentException("the batch names a row outside its " + distinct);
    }
    if (batch.rowCounts().length != batch.experts().length
        || Arrays.stream(batch.rowCounts()).anyMatch(c -> c < 0)
        || Arrays.stream(batch.rowCounts()).asLongStream().sum() != batch.rows().length) {
      throw new IllegalArgumentException("row counts do not add up to the batch's rows");
    }
    int[] slots = layers[layer].slotOf();
    for (int expert : batch.experts()) {
      if (expert < 0 || expert >= slots.length) {
        throw new IllegalArgumentException(
            "layer %d has experts 0 to %d, not %d".formatted(layer, slots.length - 1, expert));
      }
      if (slots[expert] < 0) {
        throw new ExpertsUnavailableException(
            "expert %d of layer %d is not held by this rank".formatted(expert, layer), null);
      }
    }
  }
}
