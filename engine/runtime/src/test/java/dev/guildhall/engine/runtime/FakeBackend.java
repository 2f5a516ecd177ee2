package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.CacheGeometry;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.backend.StepOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Logits are a hash of all tokens that the slice's pages hold, so a page that was shared, reused or
 * freed wrongly changes what is generated.
 */
final class FakeBackend implements Backend {
  static final int VOCABULARY = 50;
  private final CacheGeometry cache;
  private final int[] stored;
  int steps;
  RuntimeException failure;
  Runnable during = () -> {};

  FakeBackend(int pages, int pageTokens) {
    cache = new CacheGeometry(pages, pageTokens, 4, "fake");
    stored = new int[pages * pageTokens];
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public CacheGeometry cache() {
    return cache;
  }

  @Override
  public StepOutput step(StepInput input, ExpertCompute experts) {
    steps++;
    during.run();
    if (failure != null) {
      throw failure;
    }
    // All slices write before any reads: two writers of one page would be seen.
    input.slices().forEach(this::write);
    List<StepOutput.SliceOutput> outputs = new ArrayList<>();
    for (StepInput.Slice slice : input.slices()) {
      int rows = slice.logitRows();
      float[] logits = new float[rows * VOCABULARY];
      int end = slice.start() + slice.tokens().length;
      for (int row = 0; row < rows; row++) {
        logits(slice.pages(), end - rows + row + 1, logits, row * VOCABULARY);
      }
      int token = slice.draw() == null ? -1 : draw(slice, end);
      outputs.add(new StepOutput.SliceOutput(logits, new float[0], token));
    }
    return new StepOutput(outputs);
  }

  @Override
  public long hold(List<BitSet> held) {
    return 0;
  }

  private int draw(StepInput.Slice slice, int end) {
    float[] last = new float[VOCABULARY];
    logits(slice.pages(), end, last, 0);
    return slice.draw().from(last, 0, VOCABULARY);
  }

  private void write(StepInput.Slice slice) {
    for (int i = 0; i < slice.tokens().length; i++) {
      stored[slot(slice.pages(), slice.start() + i)] = slice.tokens()[i];
    }
  }

  private void logits(int[] pages, int length, float[] into, int from) {
    long hash = 7;
    for (int i = 0; i < length; i++) {
      hash = hash * 6364136223846793005L + stored[slot(pages, i)] + 1442695040888963407L;
    }
    SplittableRandom random = new SplittableRandom(hash);
    for (int i = 0; i < VOCABULARY; i++) {
      into[from + i] = (float) random.nextDouble(-4, 4);
    }
  }

  private int slot(int[] pages, int position) {
    return pages[position / cache.pageTokens()] * cache.pageTokens()
        + position % cache.pageTokens();
  }

  @Override
  public StepOutput draft(StepInput input, float[] hidden, ExpertCompute experts) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] readPage(int page) {
    ByteBuffer content = ByteBuffer.allocate(cache.pageBytes());
    content.asIntBuffer().put(stored, page * cache.pageTokens(), cache.pageTokens());
    return content.array();
  }

  @Override
  public void writePage(int page, byte[] content) {
    ByteBuffer.wrap(content)
        .asIntBuffer()
        .get(stored, page * cache.pageTokens(), cache.pageTokens());
  }

  @Override
  public ExpertCompute localExperts() {
    return (layer, batch) -> new float[batch.rows().length * batch.hiddenSize()];
  }

  @Override
  public long[][] expertTokens() {
    return new long[0][];
  }

  @Override
  public void close() {}
}
