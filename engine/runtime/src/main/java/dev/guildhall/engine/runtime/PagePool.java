package dev.guildhall.engine.runtime;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/**
 * Who holds which cache page. A page is free, or held by one or more sequences, or idle: held by
 * none but still good for a prompt with the same prefix. Idle pages are given away, least recently
 * used first, when no page is free. Not safe for concurrent use.
 */
final class PagePool {
  private final int[] holders;
  private final PageKey[] keys;
  private final int[] free;
  private int freeCount;
  private final Map<PageKey, Integer> byKey = new HashMap<>();
  private final LinkedHashSet<Integer> idle = new LinkedHashSet<>();

  PagePool(int pages) {
    holders = new int[pages];
    keys = new PageKey[pages];
    free = new int[pages];
    for (int i = 0; i < pages; i++) {
      free[i] = pages - 1 - i;
    }
    freeCount = pages;
  }

  int capacity() {
    return holders.length;
  }

  /** Pages held by at least one sequence. */
  int used() {
    return capacity() - available();
  }

  /** Pages that {@link #acquire} can still hand out. */
  int available() {
    return freeCount + idle.size();
  }

  /** A page for its first holder, its old content forgotten; -1 if every page is held. */
  int acquire() {
    int page;
    if (freeCount > 0) {
      page = free[--freeCount];
    } else if (!idle.isEmpty()) {
      page = idle.removeFirst();
      byKey.remove(keys[page]);
      keys[page] = null;
    } else {
      return -1;
    }
    holders[page] = 1;
    return page;
  }

  /** The page with this content for one more holder, or -1. */
  int share(PageKey key) {
    Integer page = byKey.get(key);
    if (page == null) {
      return -1;
    }
    if (holders[page]++ == 0) {
      idle.remove(page);
    }
    return page;
  }

  /** Makes a held page findable by its content, unless another page has the same. */
  void publish(int page, PageKey key) {
    requireHeld(page);
    if (keys[page] == null && byKey.putIfAbsent(key, page) == null) {
      keys[page] = key;
    }
  }

  /** One holder less. */
  void release(int page) {
    requireHeld(page);
    if (--holders[page] > 0) {
      return;
    }
    if (keys[page] != null) {
      idle.add(page);
    } else {
      free[freeCount++] = page;
    }
  }

  private void requireHeld(int page) {
    if (holders[page] < 1) {
      throw new IllegalStateException("page " + page + " is held by no sequence");
    }
  }
}
