package dev.guildhall.engine.server;

import com.google.common.primitives.Ints;
import dev.guildhall.engine.runtime.GenerationRequest;
import dev.guildhall.engine.runtime.Generator;
import dev.guildhall.engine.runtime.HeldPrefix;
import dev.guildhall.proto.v1.GenerateRequest;
import dev.guildhall.proto.v1.PrefillGrpc;
import dev.guildhall.proto.v1.PrefillRequest;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Has prompts computed by ranks of other groups: what comes is put into the prefix cache, where the
 * request then finds it. Whatever goes wrong, the request goes on with what has come, and its own
 * rank computes the rest.
 */
final class RemotePrefill {
  private final Generator generator;
  private final CacheIdentity identity;
  private final Function<String, Channel> peers;
  private final Duration limit;
  private final TransferMetrics metrics;

  /**
   * @param peers a channel to HOST:PORT
   * @param limit how long a prompt may take elsewhere
   */
  RemotePrefill(
      Generator generator,
      CacheIdentity identity,
      Function<String, Channel> peers,
      Duration limit,
      TransferMetrics metrics) {
    this.generator = generator;
    this.identity = identity;
    this.peers = peers;
    this.limit = limit;
    this.metrics = metrics;
  }

  /**
   * What another rank did for a request.
   *
   * @param freshFrom the first token that it computed for it
   * @param nanos of its steps
   * @param ranks of its group; 0 where it did nothing
   * @param tokens whose pages came
   */
  record Result(int freshFrom, long nanos, int ranks, int tokens) {
    static final Result NONE = new Result(GenerationRequest.ALL_HERE, 0, 0, 0);
  }

  /**
   * Asks the request's prefill rank, until the current context is cancelled.
   *
   * @param then called once, from any thread, while the pages that came cannot be given away
   */
  void fetch(GenerateRequest request, Consumer<Result> then) {
    // The last token is always computed here: its logits are needed.
    int[] prompt = Ints.toArray(request.getPromptList());
    int[] needed = Arrays.copyOf(prompt, Math.max(0, prompt.length - 1));
    HeldPrefix prefix = generator.prefix(needed, request.getCacheSalt().toByteArray());
    if (prefix.pages() == prefix.most() || request.getEchoPromptLogprobs()) {
      try (prefix) {
        then.accept(Result.NONE);
      }
      return;
    }
    var ask =
        PrefillRequest.newBuilder()
            .setRequestId(request.getRequestId())
            .addAllPrompt(Ints.asList(needed))
            .setCacheSalt(request.getCacheSalt())
            .setPriority(request.getPriority())
            .setDeadlineUnixMs(request.getDeadlineUnixMs())
            .setSkipPages(prefix.pages());
    identity.into(ask);
    var transfer = new Transfer(request.getPrefillRank(), prefix, metrics, then);
    try {
      PrefillGrpc.newStub(peers.apply(request.getPrefillRank()))
          .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
          .compute(ask.build(), transfer);
    } catch (IllegalArgumentException e) {
      transfer.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asException());
    }
  }
}
