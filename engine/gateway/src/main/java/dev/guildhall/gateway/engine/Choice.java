package dev.guildhall.gateway.engine;

import dev.guildhall.gateway.api.ApiException;
import dev.guildhall.gateway.text.ModelText;
import dev.guildhall.gateway.text.StopMatcher;
import dev.guildhall.proto.v1.Usage;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The state of one choice while it is generated. Used by one thread. */
final class Choice {

  enum Phase {
    /** Tokens are expected. */
    RUNNING,
    /** No rank is left to go on with it; one may be back soon. */
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
  int resumes;

  /** Digest of the model that drew what has been received; empty before there was one. */
  String modelDigest = "";

  String reason;
  Usage usage;
  private int[] drawn = new int[16];

  /** How many of the received tokens were drawn in earlier calls. */
  private int resumedFrom;

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
    if (received == drawn.length) {
      drawn = Arrays.copyOf(drawn, 2 * received);
    }
    drawn[received++] = token;
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

  /** What the engine is asked to go on from: the prompt, and what has been received. */
  IntStream soFar() {
    return IntStream.concat(Arrays.stream(unit.prompt()), Arrays.stream(drawn, 0, received));
  }

  /** How many more tokens may come. */
  int tokensLeft() {
    return unit.maxTokens() - received;
  }

  /** The call failed: what has been received is kept, the rest is for another one to say. */
  void interrupted() {
    begun = false;
    usage = null;
    resumedFrom = received;
    // Where no token has come, any model may say the first one.
    modelDigest = received == 0 ? "" : modelDigest;
  }

  /** Whether the engine has worked on it, as far as anybody heard. */
  boolean used() {
    return begun || received > 0;
  }

  /** Tokens of the completion that count: up to the stop string, else what the engine drew. */
  int completionTokens() {
    return billed >= 0
        ? billed
        : usage == null ? received : Math.max(received, resumedFrom + usage.getCompletionTokens());
  }
}
