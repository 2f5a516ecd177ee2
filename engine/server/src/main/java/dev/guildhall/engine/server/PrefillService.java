package dev.guildhall.engine.server;

import com.google.common.primitives.Ints;
import dev.guildhall.engine.runtime.AdmissionException;
import dev.guildhall.engine.runtime.Completion;
import dev.guildhall.engine.runtime.GenerationListener;
import dev.guildhall.engine.runtime.GenerationRequest;
import dev.guildhall.engine.runtime.Generator;
import dev.guildhall.engine.runtime.HeldPrefix;
import dev.guildhall.engine.runtime.SampledToken;
import dev.guildhall.engine.runtime.SamplingParams;
import dev.guildhall.proto.v1.PrefillGrpc;
import dev.guildhall.proto.v1.PrefillReply;
import dev.guildhall.proto.v1.PrefillRequest;
import dev.guildhall.proto.v1.Prefilled;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntSupplier;

/** Computes prompts for ranks that go on with them, as {@code engine.proto} says. */
final class PrefillService extends PrefillGrpc.PrefillImplBase {
  private final Generator generator;
  private final Readiness readiness;
  private final CacheIdentity identity;
  private final IntSupplier ranks;

  PrefillService(
      Generator generator, Readiness readiness, CacheIdentity identity, IntSupplier ranks) {
    this.generator = generator;
    this.readiness = readiness;
    this.identity = identity;
    this.ranks = ranks;
  }

  @Override
  public void compute(PrefillRequest request, StreamObserver<PrefillReply> replies) {
    int[] prompt = fullPages(request);
    var reader = generator.reader(prompt, request.getCacheSalt().toByteArray());
    reader.skip(request.getSkipPages());
    var pages = new PageStream((ServerCallStreamObserver<PrefillReply>) replies, reader);
    if (!readiness.ready()) {
      pages.fail(Status.UNAVAILABLE.withDescription(readiness.notReadyBecause()));
    } else if (!identity.equals(CacheIdentity.of(request))) {
      pages.fail(
          Status.FAILED_PRECONDITION.withDescription(
              "pages of %s are asked for, this rank has %s"
                  .formatted(CacheIdentity.of(request), identity)));
    } else {
      compute(request, prompt, pages);
    }
  }

  private int[] fullPages(PrefillRequest request) {
    int length = request.getPromptCount() / identity.pageTokens() * identity.pageTokens();
    return Arrays.copyOf(Ints.toArray(request.getPromptList()), length);
  }

  private void compute(PrefillRequest request, int[] prompt, PageStream pages) {
    byte[] salt = request.getCacheSalt().toByteArray();
    HeldPrefix there = generator.prefix(prompt, salt);
    if (there.pages() == there.most()) {
      pages.end(took(there.tokens(), 0), there);
      return;
    }
    there.close();
    String id = request.getRequestId() + "/prefill";
    try {
      generator.submit(
          new GenerationRequest(
              id,
              prompt,
              1,
              SamplingParams.GREEDY,
              Set.of(),
              salt,
              request.getPriority(),
              request.getDeadlineUnixMs(),
              false,
              GenerationRequest.ALL_HERE,
              0),
          new GenerationListener() {
            @Override
            public void computed(Completion.Usage soFar) {
              pages.more(took(soFar));
            }

            @Override
            public void token(SampledToken token) {
              // It comes with the prompt's last row; whoever goes on draws its own.
            }

            @Override
            public void finished(Completion end) {
              if (end.reason() == Completion.Reason.LENGTH) {
                pages.end(took(end.usage()), generator.prefix(prompt, salt));
              } else {
                pages.fail(EngineService.statusOf(end.reason()).withDescription(end.error()));
              }
            }
          });
      pages.onStop(() -> generator.cancel(id));
    } catch (AdmissionException e) {
      pages.fail(EngineService.statusOf(e.reason()).withDescription(e.getMessage()));
    }
  }

  private Prefilled took(Completion.Usage used) {
    return took(used.cachedTokens(), used.prefillNanos() + used.decodeNanos());
  }

  private Prefilled took(int cachedTokens, long nanos) {
    return Prefilled.newBuilder()
        .setCachedTokens(cachedTokens)
        .setNanos(nanos)
        .setRanks(ranks.getAsInt())
        .build();
  }
}
