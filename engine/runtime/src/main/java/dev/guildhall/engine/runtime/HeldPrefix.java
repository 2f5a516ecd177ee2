package dev.guildhall.engine.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * The leading full pages of a prompt in a rank's cache, kept from being given away until this is
 * closed: to be copied to another rank, or while they come from one. For one thread at a time.
 */
public final class HeldPrefix implements AutoCloseable {
  private final LockedPages cache;
  private final int[] tokens;
  private final int pageTokens;
  private final List<Integer> pages = new ArrayList<>();

  /** Of the last page that is held. */
  private PageKey last;

  HeldPrefix(LockedPages cache, int[] tokens, byte[] salt) {
    this.cache = cache;
    this.tokens = tokens.clone();
    pageTokens = cache.tokens();
    last = PageKey.root(salt);
    holdWhatIsThere();
  }

  /** At one go, so that none of them is given away meanwhile. */
  private void holdWhatIsThere() {
    cache.lock().lock();
    try {
      while (pages.size() < most() && holdsNext()) {}
    } finally {
      cache.lock().unlock();
    }
  }

  private boolean holdsNext() {
    PageKey key = next();
    int page = cache.share(key);
    if (page < 0) {
      return false;
    }
    pages.add(page);
    last = key;
    return true;
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
    return cache.read(pages.get(index));
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
    int page = cache.acquire();
    if (page < 0) {
      return false;
    }
    try {
      cache.write(page, content);
    } catch (RuntimeException e) {
      cache.release(page);
      throw e;
    }
    PageKey key = next();
    cache.publish(page, key);
    pages.add(page);
    last = key;
    return true;
  }

  /** The pages may be given away; the end first, as the beginning is what more prompts share. */
  @Override
  public void close() {
    while (!pages.isEmpty()) {
      cache.release(pages.removeLast());
    }
  }
}
