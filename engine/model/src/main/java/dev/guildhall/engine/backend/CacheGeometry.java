package dev.guildhall.engine.backend;

/**
 * The paged latent cache of a rank.
 *
 * @param pages how many pages there are, numbered from 0
 * @param pageTokens tokens per page
 * @param bytesPerToken over all layers
 * @param form names how a page's bytes are laid out: of one model, caches of equal form and tokens
 *     per page can take over each other's pages
 */
public record CacheGeometry(int pages, int pageTokens, long bytesPerToken, String form) {

  /** How many pages a sequence of {@code tokens} needs. */
  public int pagesFor(int tokens) {
    return Math.ceilDiv(tokens, pageTokens);
  }

  /** Bytes of a page, over all layers. */
  public int pageBytes() {
    return Math.toIntExact(pageTokens * bytesPerToken);
  }
}
