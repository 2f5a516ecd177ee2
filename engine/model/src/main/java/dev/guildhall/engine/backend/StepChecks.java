package dev.guildhall.engine.backend;

import dev.guildhall.engine.backend.StepInput.Slice;
import dev.guildhall.engine.model.ModelConfig;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Refuses calls that would read or write where they should not; says which slice and why. */
public record StepChecks(ModelConfig config, CacheGeometry cache, int maxBatchTokens) {

  /**
   * @param firstPosition the first position that can have a cache entry
   * @throws IllegalArgumentException naming the slice
   */
  public void check(StepInput input, int firstPosition) {
    if (input.slices().isEmpty()) {
      throw new IllegalArgumentException("a step needs at least one slice");
    }
    long total = 0;
    Set<Integer> written = new HashSet<>();
    for (int i = 0; i < input.slices().size(); i++) {
      Slice slice = input.slices().get(i);
      check(i, slice, firstPosition, written);
      total += slice.tokens().length;
    }
    if (total > maxBatchTokens) {
      throw new IllegalArgumentException(
          "a step of %d tokens; at most %d were agreed".formatted(total, maxBatchTokens));
    }
  }

  private void check(int index, Slice slice, int firstPosition, Set<Integer> written) {
    if (slice.tokens().length == 0) {
      throw bad(index, "has no tokens");
    }
    for (int i = 0; i < slice.tokens().length; i++) {
      int token = slice.tokens()[i];
      if (token < 0 || token >= config.vocabSize()) {
        throw bad(
            index,
            "token %d is %d, outside the vocabulary of %d".formatted(i, token, config.vocabSize()));
      }
    }
    long end = (long) slice.start() + slice.tokens().length;
    if (slice.start() < firstPosition || end > config.maxPositions()) {
      throw bad(
          index,
          "positions %d to %d are outside %d to %d"
              .formatted(slice.start(), end - 1, firstPosition, config.maxPositions() - 1));
    }
    int needed = cache.pagesFor((int) end);
    if (slice.pages().length < needed) {
      throw bad(
          index,
          "%d pages cannot hold %d tokens, %d are needed"
              .formatted(slice.pages().length, end, needed));
    }
    for (int i = 0; i < needed; i++) {
      int page = slice.pages()[i];
      if (page < 0 || page >= cache.pages()) {
        throw bad(index, "page %d is %d of %d".formatted(i, page, cache.pages()));
      }
      if (i >= slice.start() / cache.pageTokens() && !written.add(page)) {
        throw bad(index, "page %d is written twice in this step".formatted(page));
      }
    }
  }

  /** The states that enter the MTP layer. */
  public void checkHidden(float[] hidden, int rows) {
    if (hidden.length != rows * config.hiddenSize()) {
      throw new IllegalArgumentException(
          "%d hidden values for %d tokens of %d"
              .formatted(hidden.length, rows, config.hiddenSize()));
    }
  }

  /** Experts that are to be held, for each decoder layer. */
  public void checkHeld(List<BitSet> held) {
    int least = config.layers();
    if (held.size() < least || held.size() > least + config.mtpLayers()) {
      throw new IllegalArgumentException(
          "experts of %d layers, the model has %d and %d of MTP"
              .formatted(held.size(), least, config.mtpLayers()));
    }
    for (int layer = config.denseLayers(); layer < held.size(); layer++) {
      if (held.get(layer).length() > config.experts()) {
        throw new IllegalArgumentException(
            "layer %d: expert %d of %d"
                .formatted(layer, held.get(layer).length() - 1, config.experts()));
      }
    }
  }

  /** A page that is to be read. */
  public void checkPage(int page) {
    if (page < 0 || page >= cache.pages()) {
      throw new IllegalArgumentException("page %d of %d".formatted(page, cache.pages()));
    }
  }

  /** A page that is to be filled. */
  public void checkPage(int page, byte[] content) {
    checkPage(page);
    if (content.length != cache.pageBytes()) {
      throw new IllegalArgumentException(
          "%d bytes for a page of %d".formatted(content.length, cache.pageBytes()));
    }
  }

  private static IllegalArgumentException bad(int slice, String problem) {
    return new IllegalArgumentException("slice " + slice + ": " + problem);
  }
}
