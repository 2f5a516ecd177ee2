package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.text.ModelText;
import dev.guildhall.gateway.text.StopMatcher;
import dev.guildhall.proto.v1.Usage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The state of one choice while it is generated. Used by one thread. */
final class Choice {

  enum Phase {
    /** Tokens are expected. */
    RUNNING,
    /** Nothing was received and no rank is left; one may be back soon. */
    WAITING,
    /** Its text is complete; the engine was asked to stop and to say what was used. */
    DRAINING,
    ENDED
  }

  final int index;
  final Job.Unit unit;
  final TokenTrail trail = new TokenTrail();
  final Set<String> excluded = new HashSet<>();
  private final ModelText.Stream stream;
  private final StopMatcher stops;

  Phase phase = Phase.RUNNING;
  Route route;
  Call call;
  int attempt;
  int tries;
  long sentNanos;
  long heardNanos;
  long waitsUntilNanos;
  long triesAgainNanos;
  ApiException otherwise;
  long decidedByNanos;
  boolean begun;
  boolean counted;
  boolean promptShown;
  int cachedTokens;
  int received;
  String reason;
  Usage usage;
  private int billed = -1;
  private long decoded;

  Choice(int index, Job.Unit unit, ModelText text, List<String> stops) {
    this.index = index;
    this.unit = unit;
    this.stream = text.stream();
    this.stops = new StopMatcher(stops);
  }

  /** The rank that answers; null before there was one. */
  RankClient rank() {
    return route == null ? null : route.rank();
  }

  /** Length of the text before the next token. */
  long decoded() {
    return decoded;
  }

  /** Adds a token, returns the text to show; afterwards {@link #stopped} may hold. */
  String push(int token) {
    String text = stream.push(token);
    decoded += text.length();
    String shown = stops.push(text);
    if (stops.stopped()) {
      billed = received;
    }
    return shown;
  }

  /** The engine is done: returns the rest of the text. */
  String end() {
    String shown = stops.push(stream.end());
    return shown + stops.end();
  }

  boolean stopped() {
    return stops.stopped();
  }

  /** Tokens of the completion that count: up to the stop string, else what the engine drew. */
  int completionTokens() {
    return billed >= 0
        ? billed
        : usage == null ? received : Math.max(received, usage.getCompletionTokens());
  }
}
