package dev.guildhall.gateway.support;

import com.google.protobuf.ByteString;
import dev.guildhall.engine.model.ModelAssets;
import dev.guildhall.engine.model.Tokenizer;
import dev.guildhall.proto.v1.AbortReply;
import dev.guildhall.proto.v1.AbortRequest;
import dev.guildhall.proto.v1.AssetChunk;
import dev.guildhall.proto.v1.EngineGrpc;
import dev.guildhall.proto.v1.Finished;
import dev.guildhall.proto.v1.GenerateReply;
import dev.guildhall.proto.v1.GenerateRequest;
import dev.guildhall.proto.v1.GeneratedToken;
import dev.guildhall.proto.v1.GetAssetsRequest;
import dev.guildhall.proto.v1.GetStatusRequest;
import dev.guildhall.proto.v1.RankStatus;
import dev.guildhall.proto.v1.Started;
import dev.guildhall.proto.v1.TokenLogprob;
import dev.guildhall.proto.v1.Usage;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A rank that speaks the real protocol with the real tokenizer and says what it is told to, with
 * switches for every kind of failure. It has no weights: what a model would say is the business of
 * the tests with a real rank.
 */
public final class FakeRank extends EngineGrpc.EngineImplBase implements AutoCloseable {

  /** Digest of the model that every rank holds at first. */
  public static final String DIGEST = "sha256:1";

  private static final int PAGE = 16;
  private static final int NEVER = Integer.MAX_VALUE;

  /** What the rank does; a test replaces it and calls {@link #calm} afterwards. */
  public record Behaviour(
      String says,
      boolean ready,
      boolean draining,
      Status refusal,
      int diesAfter,
      int hangsAfter,
      boolean errorsAtDeath,
      boolean knowsAbort) {

    static final Behaviour CALM =
        new Behaviour(
            " once upon a time there was a small model.",
            true,
            false,
            null,
            NEVER,
            NEVER,
            false,
            true);

    public Behaviour says(String text) {
      return new Behaviour(
          text, ready, draining, refusal, diesAfter, hangsAfter, errorsAtDeath, knowsAbort);
    }

    public Behaviour notReady() {
      return new Behaviour(
          says, false, draining, refusal, diesAfter, hangsAfter, errorsAtDeath, knowsAbort);
    }

    public Behaviour isDraining() {
      return new Behaviour(
          says, ready, true, refusal, diesAfter, hangsAfter, errorsAtDeath, knowsAbort);
    }

    public Behaviour refuses(Status status) {
      return new Behaviour(
          says, ready, draining, status, diesAfter, hangsAfter, errorsAtDeath, knowsAbort);
    }

    /** The call fails after so many tokens. */
    public Behaviour dies(int tokens) {
      return new Behaviour(
          says, ready, draining, refusal, tokens, hangsAfter, errorsAtDeath, knowsAbort);
    }

    /** The engine says itself that it failed after so many tokens. */
    public Behaviour fails(int tokens) {
      return new Behaviour(says, ready, draining, refusal, tokens, hangsAfter, true, knowsAbort);
    }

    /** Nothing comes after so many tokens, -1: not even the first message. */
    public Behaviour hangs(int tokens) {
      return new Behaviour(
          says, ready, draining, refusal, diesAfter, tokens, errorsAtDeath, knowsAbort);
    }

    public Behaviour withoutAbort() {
      return new Behaviour(
          says, ready, draining, refusal, diesAfter, hangsAfter, errorsAtDeath, false);
    }
  }

  private final String model;
  private final String group;
  private final ModelAssets assets;
  private final Tokenizer tokenizer;
  private final Server server;
  private final List<GenerateRequest> requests = new CopyOnWriteArrayList<>();
  private final List<String> cancelled = new CopyOnWriteArrayList<>();
  private final AtomicInteger statusCalls = new AtomicInteger();
  private final Set<String> pages = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<String, CountDownLatch> aborts = new ConcurrentHashMap<>();
  private volatile Behaviour behaviour = Behaviour.CALM;
  private volatile String digest = DIGEST;

  public FakeRank(String model, String group, Path folder) throws IOException {
    this(model, group, folder, 0, InsecureServerCredentials.create());
  }

  public FakeRank(String model, String group, Path folder, int port, ServerCredentials credentials)
      throws IOException {
    this.model = model;
    this.group = group;
    this.assets = ModelAssets.read(folder);
    this.tokenizer = Tokenizer.of(assets);
    this.server = Grpc.newServerBuilderForPort(port, credentials).addService(this).build().start();
  }

  public String address() {
    return "127.0.0.1:" + server.getPort();
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  public List<GenerateRequest> requests() {
    return requests;
  }

  /** Ids of generations whose call was cancelled or that were aborted. */
  public List<String> cancelled() {
    return cancelled;
  }

  /** How often it was asked how it is. */
  public int statusCalls() {
    return statusCalls.get();
  }

  public Behaviour calm() {
    return Behaviour.CALM;
  }

  public void behave(Behaviour next) {
    behaviour = next;
  }

  /** Holds other weights from now on. */
  public void holds(String otherDigest) {
    digest = otherDigest;
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<RankStatus> reply) {
    statusCalls.incrementAndGet();
    reply.onNext(
        RankStatus.newBuilder()
            .setModel(model)
            .setGroup(group)
            .setRanks(1)
            .setModelDigest(digest)
            .setReady(behaviour.ready)
            .setNotReadyReason(behaviour.ready ? "" : "loading")
            .setDraining(behaviour.draining)
            .setPageTokens(PAGE)
            .setAssetsDigest(assets.digest())
            .build());
    reply.onCompleted();
  }

  @Override
  public void getAssets(GetAssetsRequest request, StreamObserver<AssetChunk> reply) {
    assets
        .files()
        .forEach(
            (name, bytes) -> {
              int half = bytes.length / 2;
              reply.onNext(chunk(name, ByteString.copyFrom(bytes, 0, half), false));
              reply.onNext(
                  chunk(name, ByteString.copyFrom(bytes, half, bytes.length - half), true));
            });
    reply.onCompleted();
  }

  private static AssetChunk chunk(String name, ByteString data, boolean last) {
    return AssetChunk.newBuilder().setName(name).setData(data).setLast(last).build();
  }

  @Override
  public void abort(AbortRequest request, StreamObserver<AbortReply> reply) {
    if (!behaviour.knowsAbort) {
      super.abort(request, reply);
      return;
    }
    CountDownLatch latch = aborts.get(request.getRequestId());
    if (latch != null) {
      latch.countDown();
    }
    reply.onNext(AbortReply.newBuilder().setFound(latch != null).build());
    reply.onCompleted();
  }

  @Override
  public void generate(GenerateRequest request, StreamObserver<GenerateReply> reply) {
    Behaviour now = behaviour;
    requests.add(request);
    if (!List.of("", digest).contains(request.getModelDigest())) {
      reply.onError(Status.FAILED_PRECONDITION.asRuntimeException());
      return;
    }
    if (now.refusal != null) {
      reply.onError(now.refusal.asRuntimeException());
      return;
    }
    CountDownLatch abort = new CountDownLatch(1);
    aborts.put(request.getRequestId(), abort);
    var call = (ServerCallStreamObserver<GenerateReply>) reply;
    call.setOnCancelHandler(
        () -> {
          cancelled.add(request.getRequestId());
          abort.countDown();
        });
    Thread.ofVirtual().start(() -> speak(now, request, call, abort));
  }

  private void speak(
      Behaviour now,
      GenerateRequest request,
      ServerCallStreamObserver<GenerateReply> call,
      CountDownLatch abort) {
    int[] ids = left(request, tokenizer.encode(now.says));
    int cached = cached(request);
    int wanted = Math.min(request.getMaxTokens(), ids.length);
    if (now.hangsAfter >= 0) {
      call.onNext(GenerateReply.newBuilder().setStarted(started(request, cached)).build());
    }
    int sent = 0;
    boolean aborted = false;
    while (!aborted && sent < wanted && sent < now.diesAfter && sent < now.hangsAfter) {
      call.onNext(GenerateReply.newBuilder().addTokens(token(request, ids[sent++])).build());
      aborted = waited(abort, 1);
    }
    if (!aborted && (sent >= now.hangsAfter || now.hangsAfter < 0)) {
      aborted = waited(abort, 60_000);
    }
    if (call.isCancelled()) {
      return;
    }
    if (!aborted && sent >= now.diesAfter && !now.errorsAtDeath) {
      call.onError(Status.UNAVAILABLE.withDescription("died").asRuntimeException());
      return;
    }
    Finished.Reason reason =
        aborted
            ? Finished.Reason.CANCELLED
            : sent >= now.diesAfter
                ? Finished.Reason.ERROR
                : wanted < ids.length ? Finished.Reason.LENGTH : Finished.Reason.STOP;
    if (aborted) {
      cancelled.add(request.getRequestId());
    }
    call.onNext(
        GenerateReply.newBuilder().setFinished(finished(request, cached, sent, reason)).build());
    call.onCompleted();
  }

  /** What is left to say to a request that another rank began to answer. */
  private static int[] left(GenerateRequest request, int[] ids) {
    return Arrays.copyOfRange(ids, Math.min(request.getResumedTokens(), ids.length), ids.length);
  }

  private static boolean waited(CountDownLatch abort, long millis) {
    try {
      return abort.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Pages are shared within one salt only, and the last token is always computed. */
  private int cached(GenerateRequest request) {
    int cached = 0;
    String prefix = request.getCacheSalt().toStringUtf8();
    boolean hit = true;
    for (int end = PAGE; end < request.getPromptCount(); end += PAGE) {
      String page = prefix + request.getPromptList().subList(0, end);
      hit &= !pages.add(page);
      cached = hit ? end : cached;
    }
    return cached;
  }

  private Started started(GenerateRequest request, int cached) {
    Started.Builder started = Started.newBuilder().setCachedTokens(cached).setModelDigest(digest);
    if (request.getEchoPromptLogprobs()) {
      for (int i = 0; i < request.getPromptCount(); i++) {
        GeneratedToken.Builder token = GeneratedToken.newBuilder().setId(request.getPrompt(i));
        if (i > 0) {
          token.setLogprob(-1.5f);
          token.addTop(TokenLogprob.newBuilder().setId(prefers(request.getPrompt(i))));
        }
        started.addPrompt(token);
      }
    }
    return started.build();
  }

  private int prefers(int read) {
    return behaviour.says.equals(Behaviour.CALM.says) ? read : read + 1;
  }

  private static GeneratedToken token(GenerateRequest request, int id) {
    GeneratedToken.Builder token = GeneratedToken.newBuilder().setId(id);
    if (request.getSampling().getLogprobs()) {
      token.setLogprob(-0.25f);
      for (int i = 0; i < request.getSampling().getTopLogprobs(); i++) {
        token.addTop(TokenLogprob.newBuilder().setId(id + i).setLogprob(-0.25f - i));
      }
    }
    return token.build();
  }

  private static Finished finished(
      GenerateRequest request, int cached, int sent, Finished.Reason reason) {
    boolean helped = !request.getPrefillRank().isEmpty();
    return Finished.newBuilder()
        .setReason(reason)
        .setUsage(
            Usage.newBuilder()
                .setRemotePrefillNanos(helped ? 5_000_000 : 0)
                .setRemoteRanks(helped ? 3 : 0)
                .setPromptTokens(request.getPromptCount())
                .setCachedTokens(cached)
                .setCompletionTokens(sent)
                .setPrefillNanos(1_000_000)
                .setDecodeNanos(100_000L * sent)
                .setRanks(1))
        .build();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
