package dev.guildhall.engine.runtime;

import java.util.Optional;

/**
 * Reads the full pages of a prompt one after the other, as they come into a rank's cache. A page is
 * kept from being given away only while it is read: whoever computes the prompt may be made to give
 * up its pages, and nobody waits for one who reads slowly. For one thread at a time.
 */
public final class PrefixReader {
  private final LockedPages cache;
  private final int[] tokens;
  private final int pageTokens;

  /** Of the page before the next one. */
  private PageKey last;

  private int index;

  PrefixReader(LockedPages cache, int[] tokens, byte[] salt) {
    this.cache = cache;
    this.tokens = tokens.clone();
    pageTokens = cache.tokens();
    last = PageKey.root(salt);
  }

  /** How many pages have been read or passed over. */
  public int index() {
    return index;
  }

  /** Passes over pages up to an index, as far as the prompt has so many. */
  public void skip(int to) {
    while (index < to && hasMore()) {
      advance(key());
    }
  }

  /** The content of the next page; empty if it is not there, or not yet, or was the last. */
  public Optional<byte[]> next() {
    if (!hasMore()) {
      return Optional.empty();
    }
    PageKey key = key();
    int page = cache.share(key);
    if (page < 0) {
      return Optional.empty();
    }
    try {
      byte[] content = cache.read(page);
      advance(key);
      return Optional.of(content);
    } finally {
      cache.release(page);
    }
  }

  private boolean hasMore() {
    return (index + 1) * pageTokens <= tokens.length;
  }

  private PageKey key() {
    return last.next(tokens, index * pageTokens, pageTokens);
  }

  private void advance(PageKey key) {
    last = key;
    index++;
  }
}
