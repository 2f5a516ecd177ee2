package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * The leading full pages of a prompt in a rank's cache, kept from being given away until this is
 * closed: to be copied to another rank, or while they come from one. For one thread at a time.
 */
public final class HeldPrefix implements AutoCloseable {
  private final Lock lock;
  private final PagePool pool;
  private final Backend backend;
  private final int[] tokens;
  private final int pageTokens;
  private final List<Integer> pages = new ArrayList<>();

  /** Of the last page that is held. */
  private PageKey last;

  HeldPrefix(Lock lock, PagePool pool, Backend backend, int[] tokens, byte[] salt) {
    this.lock = lock;
    this.pool = pool;
    this.backend = backend;
    this.tokens = tokens.clone();
    pageTokens = backend.cache().pageTokens();
    last = PageKey.root(salt);
    holdWhatIsThere();
  }

  private void holdWhatIsThere() {
    lock.lock();
    try {
      while (pages.size() < most()) {
        PageKey key = next();
        int page = pool.share(key);
        if (page < 0) {
          return;
        }
        pages.add(page);
        last = key;
      }
    } finally {
      lock.unlock();
    }
  }

  private PageKey next() {
    return last.next(tokens, pages.size() * pageTokens, pageTokens);
  }

  /** How many pages of the prompt are held. */
  public int pages() {
    return pages.size();
  }

  /** How many pages of the prompt can be full. */
  public int most() {
    return tokens.length / pageTokens;
  }

  /** The tokens of these pages. */
  public int tokens() {
    return pages.size() * pageTokens;
  }

  /** Content of a held page, counted from the prompt's beginning. */
  public byte[] read(int index) {
    return backend.readPage(pages.get(index));
  }

  /**
   * Adds the next page, with what a rank of the same model has computed for the same tokens; from
   * then on other prompts find it too.
   *
   * @return false if all pages are full, or all of the cache is held: nothing was added
   * @throws IllegalArgumentException if the content has another size than a page
   */
  public boolean append(byte[] content) {
    if (pages.size() == most()) {
      return false;
    }
    int page = acquire();
    if (page < 0) {
      return false;
    }
    try {
      backend.writePage(page, content);
    } catch (RuntimeException e) {
      release(page);
      throw e;
    }
    PageKey key = next();
    lock.lock();
    try {
      pool.publish(page, key);
    } finally {
      lock.unlock();
    }
    pages.add(page);
    last = key;
    return true;
  }

  private int acquire() {
    lock.lock();
    try {
      return pool.acquire();
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

  /** The pages may be given away; the end first, as the beginning is what more prompts share. */
  @Override
  public void close() {
    while (!pages.isEmpty()) {
      release(pages.removeLast());
    }
  }
}
