package dev.guildhall.engine.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Keeps what a listener hears. */
class Recorder implements GenerationListener {
  final List<SampledToken> tokens = new ArrayList<>();
  List<SampledToken> prompt = List.of();
  private final CompletableFuture<Completion> end = new CompletableFuture<>();
  private final CompletableFuture<Void> first = new CompletableFuture<>();

  @Override
  public void started(int cachedTokens, List<SampledToken> prompt) {
    this.prompt = prompt;
  }

  @Override
  public void token(SampledToken token) {
    tokens.add(token);
    first.complete(null);
  }

  @Override
  public void finished(Completion completion) {
    if (!end.complete(completion)) {
      throw new AssertionError("finished twice");
    }
  }

  Completion await() {
    return end.orTimeout(30, TimeUnit.SECONDS).join();
  }

  void awaitFirst() {
    first.orTimeout(30, TimeUnit.SECONDS).join();
  }

  List<Integer> ids() {
    await();
    return tokens.stream().map(SampledToken::id).toList();
  }
}
