package dev.guildhall.engine.runtime;

import dev.guildhall.engine.backend.CacheGeometry;

/** Refuses requests that could never be served, naming the number that is out of bounds. */
final class Admission {
  private final RuntimeLimits limits;
  private final CacheGeometry cache;

  Admission(RuntimeLimits limits, CacheGeometry cache) {
    this.limits = limits;
    this.cache = cache;
  }

  void check(GenerationRequest request) {
    int prompt = request.prompt().length;
    if (request.id().isEmpty() || request.id().length() > 256) {
      throw AdmissionException.invalid("request id must have 1 to 256 characters");
    }
    if (prompt == 0) {
      throw AdmissionException.invalid("prompt is empty");
    }
    if (request.resumedTokens() < 0 || request.resumedTokens() >= prompt) {
      throw AdmissionException.invalid(
          "resumed_tokens is %d, it must be from 0 to below the prompt's %d"
              .formatted(request.resumedTokens(), prompt));
    }
    if (request.maxTokens() < 1) {
      throw AdmissionException.invalid(
          "max_tokens is %d, it must be at least 1".formatted(request.maxTokens()));
    }
    if (prompt >= limits.maxContext()) {
      throw AdmissionException.invalid(
          "prompt has %d tokens, which leaves no room in the context of %d"
              .formatted(prompt, limits.maxContext()));
    }
    long total = (long) prompt + request.maxTokens();
    if (total > limits.maxContext()) {
      throw AdmissionException.invalid(
          "prompt of %d tokens and max_tokens of %d exceed the context of %d"
              .formatted(prompt, request.maxTokens(), limits.maxContext()));
    }
    long capacity = (long) cache.pages() * cache.pageTokens();
    // The last token is never fed back.
    if (total - 1 > capacity) {
      throw AdmissionException.invalid(
          "prompt of %d tokens and max_tokens of %d exceed this rank's cache of %d tokens"
              .formatted(prompt, request.maxTokens(), capacity));
    }
    for (int i = 0; i < prompt; i++) {
      int token = request.prompt()[i];
      if (token < 0 || token >= limits.vocabulary()) {
        throw AdmissionException.invalid(
            "prompt token %d is %d, the vocabulary has %d"
                .formatted(i, token, limits.vocabulary()));
      }
    }
    request.sampling().check(limits.vocabulary());
  }
}
