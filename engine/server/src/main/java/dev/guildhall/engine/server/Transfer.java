package dev.guildhall.engine.server;

import dev.guildhall.engine.runtime.HeldPrefix;
import dev.guildhall.proto.v1.PrefillReply;
import dev.guildhall.proto.v1.PrefillRequest;
import dev.guildhall.proto.v1.Prefilled;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.function.Consumer;

/** Puts the pages of one prompt into the cache as they come, one at a time. */
final class Transfer implements ClientResponseObserver<PrefillRequest, PrefillReply> {
  private final String peer;
  private final HeldPrefix prefix;
  private final int before;
  private final TransferMetrics metrics;
  private final Consumer<RemotePrefill.Result> then;
  private final long startNanos = System.nanoTime();
  private ClientCallStreamObserver<PrefillRequest> control;
  private Prefilled prefilled = Prefilled.getDefaultInstance();

  /**
   * @param prefix with the pages that are there already; closed at the end
   */
  Transfer(
      String peer,
      HeldPrefix prefix,
      TransferMetrics metrics,
      Consumer<RemotePrefill.Result> then) {
    this.peer = peer;
    this.prefix = prefix;
    this.before = prefix.tokens();
    this.metrics = metrics;
    this.then = then;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<PrefillRequest> call) {
    control = call;
    call.disableAutoRequestWithInitial(2);
  }

  @Override
  public void onNext(PrefillReply reply) {
    if (reply.hasPrefilled()) {
      prefilled = reply.getPrefilled();
    } else if (!prefix.append(reply.getPage().toByteArray())) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("the cache of this rank is in use")
          .asRuntimeException();
    }
    control.request(1);
  }

  @Override
  public void onError(Throwable problem) {
    metrics.failed();
    Status status = Status.fromThrowable(problem);
    Log.event(
        "prefill elsewhere failed",
        "rank",
        peer,
        "tokens",
        came(),
        "reason",
        "%s %s".formatted(status.getCode(), status.getDescription()));
    end();
  }

  @Override
  public void onCompleted() {
    metrics.came(came(), System.nanoTime() - startNanos);
    end();
  }

  private int came() {
    return prefix.tokens() - before;
  }

  private void end() {
    int fresh = Math.max(before, prefilled.getCachedTokens());
    var result =
        new RemotePrefill.Result(fresh, prefilled.getNanos(), prefilled.getRanks(), came());
    try (prefix) {
      then.accept(result);
    }
  }
}
