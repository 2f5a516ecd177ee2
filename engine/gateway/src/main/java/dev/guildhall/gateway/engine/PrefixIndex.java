package dev.guildhall.gateway.engine;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which rank has seen which prompt pages, to guess what its prefix cache holds. A wrong
 * guess costs time, never correctness. Holds hashes only, salted by tenant, and forgets the least
 * recently used. Safe for use by several threads.
 */
final class PrefixIndex {

  private static final int CAPACITY = 1 << 18;

  private record Page(long hash, long rankIncarnation) {}

  private final Map<Page, Boolean> seen =
      new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Page, Boolean> eldest) {
          return size() > CAPACITY;
        }
      };

  /**
   * A running hash of the prompt at the end of each whole page.
   *
   * @param salt of the tenant, at least 8 bytes
   */
  static long[] pages(int[] prompt, int pageTokens, byte[] salt) {
    long[] hashes = new long[prompt.length / pageTokens];
    long hash = ByteBuffer.wrap(salt).getLong();
    for (int i = 0; i < hashes.length * pageTokens; i++) {
      hash = mix(hash ^ prompt[i]);
      if ((i + 1) % pageTokens == 0) {
        hashes[i / pageTokens] = hash;
      }
    }
    return hashes;
  }

  /** How many leading pages the rank has probably kept. */
  synchronized int match(long[] pages, long rankIncarnation) {
    int matched = 0;
    while (matched < pages.length && seen.get(new Page(pages[matched], rankIncarnation)) != null) {
      matched++;
    }
    return matched;
  }

  /** Notes that the rank works on these pages now. */
  synchronized void add(long[] pages, long rankIncarnation) {
    for (long page : pages) {
      seen.put(new Page(page, rankIncarnation), Boolean.TRUE);
    }
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    z += 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
