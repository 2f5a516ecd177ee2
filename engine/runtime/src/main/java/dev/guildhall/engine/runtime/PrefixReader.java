package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.Backend;
import java.util.Optional;
import java.util.concurrent.locks.Lock;

/**
 * Reads the full pages of a prompt one after the other, as they come into a rank's cache. A page is
 * kept from being given away only while it is read: whoever computes the prompt may be made to give
 * up its pages, and nobody waits for one who reads slowly. For one thread at a time.
 */
public final class PrefixReader {
  private final Lock lock;
  private final PagePool pool;
  private final Backend backend;
  private final int[] tokens;
  private final int pageTokens;

  /** Of the page before the next one. */
  private PageKey last;

  private int index;

  PrefixReader(Lock lock, PagePool pool, Backend backend, int[] tokens, byte[] salt) {
    this.lock = lock;
    this.pool = pool;
    this.backend = backend;
    this.tokens = tokens.clone();
    pageTokens = backend.cache().pageTokens();
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
    int page = share(key);
    if (page < 0) {
      return Optional.empty();
    }
    try {
      byte[] content = backend.readPage(page);
      advance(key);
      return Optional.of(content);
    } finally {
      release(page);
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

  private int share(PageKey key) {
    lock.lock();
    try {
      return pool.share(key);
    } finally {
      lock.unlock();
    }
  }

  private void release(int page) {
    lock.lock();
    try {
      pool.release(page);
    } finally {
      lock.unlock();
    }
  }
}
