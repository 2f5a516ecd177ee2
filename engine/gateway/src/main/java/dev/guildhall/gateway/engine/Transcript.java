package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.proto.v1.Finished;
import dev.guildhall.proto.v1.GeneratedToken;
import java.util.ArrayList;
import java.util.List;

/** Turns what the engine says of the choices into text for the caller. Used by one thread. */
final class Transcript {

  private final Sink sink;
  private final TokenReader tokens;
  private final GatewayMetrics metrics;
  private final LaneFigures lanes;
  private final String model;
  private final long startNanos;
  private boolean firstToken;
  private long quietSinceNanos;

  Transcript(Job job, Sink sink, GatewayMetrics metrics, LaneFigures lanes, long startNanos) {
    this.sink = sink;
    this.tokens = new TokenReader(job.text().text());
    this.metrics = metrics;
    this.lanes = lanes;
    this.model = job.model().name();
    this.startNanos = startNanos;
    this.quietSinceNanos = startNanos;
  }

  /** Since when the caller has heard nothing. */
  long quietSinceNanos() {
    return quietSinceNanos;
  }

  void heartbeat(long now) {
    quietSinceNanos = now;
    sink.heartbeat();
  }

  /** The prompt's own tokens, once per choice whatever happens to its calls. */
  void prompt(Choice choice, List<GeneratedToken> prompt) {
    if (!prompt.isEmpty() && !choice.promptShown) {
      choice.promptShown = true;
      sink.prompt(choice.index, prompt.stream().map(tokens::read).toList());
    }
  }

  /** Tokens of a running choice; it is complete when a stop string was among them. */
  void tokens(Choice choice, List<GeneratedToken> generated, long now) {
    observe(choice, generated.size(), now);
    StringBuilder shown = new StringBuilder();
    for (GeneratedToken token : generated) {
      if (token.hasLogprob()) {
        choice.trail.add(tokens.read(token), choice.decoded());
      }
      shown.append(choice.push(token.getId()));
      if (choice.stopped()) {
        break;
      }
    }
    show(choice, shown.toString(), choice.trail.show(shown.toString()));
    if (choice.stopped()) {
      complete(choice, "stop");
    }
  }

  /** The engine has drawn the last token of a running choice. */
  void end(Choice choice, Finished.Reason reason) {
    String rest = choice.end();
    List<Token> begun = new ArrayList<>(choice.trail.show(rest));
    begun.addAll(choice.stopped() ? List.of() : choice.trail.rest());
    show(choice, rest, begun);
    boolean cut = reason == Finished.Reason.LENGTH && !choice.stopped();
    complete(choice, cut ? "length" : "stop");
  }

  private void show(Choice choice, String text, List<Token> begun) {
    if (!text.isEmpty() || !begun.isEmpty()) {
      quietSinceNanos = System.nanoTime();
      sink.delta(choice.index, text, begun);
    }
  }

  private void complete(Choice choice, String reason) {
    choice.reason = reason;
    sink.finish(choice.index, reason);
  }

  private void observe(Choice choice, int count, long now) {
    lanes.tokens(choice, count, now);
    if (!firstToken) {
      firstToken = true;
      metrics.observe(GatewayMetrics.TTFT, (now - startNanos) / 1e9, model);
    }
  }
}
