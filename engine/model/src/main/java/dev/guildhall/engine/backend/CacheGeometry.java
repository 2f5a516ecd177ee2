package dev.guildhall.engine.backend;

/**
 * The paged latent cache of a rank.
 *
 * @param pages how many pages there are, numbered from 0
 * @param pageTokens tokens per page
 * @param bytesPerToken over all layers
 */
public record CacheGeometry(int pages, int pageTokens, long bytesPerToken) {

  /** How many pages a sequence of {@code tokens} needs. */
  public int pagesFor(int tokens) {
    return Math.ceilDiv(tokens, pageTokens);
  }
}
