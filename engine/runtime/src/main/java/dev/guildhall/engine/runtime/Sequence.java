package dev.guildhall.engine.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A request on its way: its tokens, its pages and how far the cache holds it. */
final class Sequence {
  final GenerationRequest request;
  final GenerationListener listener;
  final long arrivalNanos;

  /** Rises with each submission: later is newer. */
  final long order;

  final Sampler sampler;
  final TokenHistory history;
  private int[] tokens;
  private int length;

  /** How many tokens are in the cache. */
  int computed;

  private int[] pages = new int[4];
  private int pageCount;

  /** Keys of the leading full pages that have been published or shared. */
  private final List<PageKey> keys = new ArrayList<>();

  private final PageKey root;

  /** Tokens of the prompt with log-probabilities, as far as known. */
  final List<SampledToken> promptLogprobs = new ArrayList<>();

  boolean admitted;
  int cachedTokens;
  long queueNanos;
  long prefillNanos;
  long decodeNanos;
  long lastTokenNanos;
  private final AtomicReference<Ending> ending = new AtomicReference<>();

  Sequence(
      GenerationRequest request,
      GenerationListener listener,
      long order,
      long arrivalNanos,
      long seed) {
    this.request = request;
    this.listener = listener;
    this.order = order;
    this.arrivalNanos = arrivalNanos;
    sampler = new Sampler(request.sampling(), seed);
    history = history(request);
    tokens = request.prompt().clone();
    length = tokens.length;
    root = PageKey.root(request.cacheSalt());
  }

  private static TokenHistory history(GenerationRequest request) {
    int given = request.prompt().length - request.resumedTokens();
    var history = new TokenHistory(Arrays.copyOf(request.prompt(), given));
    Arrays.stream(request.prompt(), given, request.prompt().length).forEach(history::add);
    return history;
  }

  /** Asks, from any thread, that it sees no other step; the first reason counts. */
  void end(Ending why) {
    ending.compareAndSet(null, why);
  }

  /** Why it must not see another step, or null. */
  Ending ending() {
    return ending.get();
  }

  int length() {
    return length;
  }

  int promptLength() {
    return request.prompt().length;
  }

  int generated() {
    return length - promptLength();
  }

  /** How many tokens the answer has so far, those of an earlier rank included. */
  int answered() {
    return request.resumedTokens() + generated();
  }

  int remaining() {
    return length - computed;
  }

  /** Whether all that is missing in the cache is the token drawn last. */
  boolean decoding() {
    return remaining() == 1 && generated() > 0;
  }

  /** Whether rows of the prompt must still be computed for their log-probabilities. */
  boolean echoing() {
    return request.echoPromptLogprobs() && promptLogprobs.size() < promptLength();
  }

  void append(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = token;
    history.add(token);
  }

  int token(int index) {
    return tokens[index];
  }

  int[] tokens(int from, int count) {
    return Arrays.copyOfRange(tokens, from, from + count);
  }

  int pageCount() {
    return pageCount;
  }

  int[] pages() {
    return Arrays.copyOf(pages, pageCount);
  }

  void addPage(int page) {
    if (pageCount == pages.length) {
      pages = Arrays.copyOf(pages, 2 * pageCount);
    }
    pages[pageCount++] = page;
  }

  /** Takes over pages that already hold the beginning of the tokens; returns the tokens found. */
  int sharePrefix(PagePool pool, int pageTokens) {
    // The last token is always computed: its logits are needed.
    int most = (length - 1) / pageTokens;
    PageKey key = root;
    for (int i = 0; i < most; i++) {
      key = key.next(tokens, i * pageTokens, pageTokens);
      int page = pool.share(key);
      if (page < 0) {
        break;
      }
      addPage(page);
      keys.add(key);
      computed += pageTokens;
    }
    return computed;
  }

  /** Makes pages that became full findable for other sequences. */
  void publishFullPages(PagePool pool, int pageTokens) {
    while ((keys.size() + 1) * pageTokens <= computed) {
      int page = keys.size();
      PageKey last = page == 0 ? root : keys.getLast();
      PageKey key = last.next(tokens, page * pageTokens, pageTokens);
      keys.add(key);
      pool.publish(pages[page], key);
    }
  }

  /** Gives up all pages; what was in them must be computed again. */
  void releasePages(PagePool pool) {
    // The end first, so that the beginning, which more prompts share, is evicted last.
    while (pageCount > 0) {
      pool.release(pages[--pageCount]);
    }
    keys.clear();
    computed = 0;
    if (echoing()) {
      promptLogprobs.clear();
    }
  }

  Completion.Usage usage() {
    return new Completion.Usage(
        promptLength(), cachedTokens, generated(), prefillNanos, decodeNanos, queueNanos);
  }
}
