package dev.guildhall.engine.server;

import com.google.protobuf.UnsafeByteOperations;
import dev.guildhall.engine.runtime.HeldPrefix;
import dev.guildhall.proto.v1.PrefillReply;
import dev.guildhall.proto.v1.Prefilled;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;

/** Sends cache pages down a call no faster than they are taken, and ends it. */
final class PageStream {
  private final ServerCallStreamObserver<PrefillReply> call;
  private Runnable onCancel = () -> {};

  /** To be made before the call's handler returns. */
  PageStream(ServerCallStreamObserver<PrefillReply> call) {
    this.call = call;
    call.setOnReadyHandler(this::wake);
    call.setOnCancelHandler(this::cancelled);
  }

  /** What to do when nobody waits for the pages any more; at once if that is so. */
  synchronized void onCancel(Runnable action) {
    onCancel = action;
    if (call.isCancelled()) {
      action.run();
    }
  }

  void fail(Status status) {
    if (!call.isCancelled()) {
      call.onError(status.asRuntimeException());
    }
  }

  /** Sends what it took, then the pages but for some at the beginning, and lets go of them. */
  void send(Prefilled took, HeldPrefix prefix, int skip) {
    Thread.ofVirtual()
        .name("pages")
        .start(
            () -> {
              try (prefix) {
                send(PrefillReply.newBuilder().setPrefilled(took).build());
                for (int i = skip; i < prefix.pages() && !call.isCancelled(); i++) {
                  var page = UnsafeByteOperations.unsafeWrap(prefix.read(i));
                  send(PrefillReply.newBuilder().setPage(page).build());
                }
                if (!call.isCancelled()) {
                  call.onCompleted();
                }
              } catch (InterruptedException e) {
                fail(Status.ABORTED.withDescription("interrupted"));
              } catch (RuntimeException e) {
                fail(Status.INTERNAL.withDescription("cannot read the cache: " + e.getMessage()));
              }
            });
  }

  private void send(PrefillReply reply) throws InterruptedException {
    synchronized (this) {
      while (!call.isReady() && !call.isCancelled()) {
        wait();
      }
    }
    if (!call.isCancelled()) {
      call.onNext(reply);
    }
  }

  private synchronized void wake() {
    notifyAll();
  }

  private synchronized void cancelled() {
    notifyAll();
    onCancel.run();
  }
}
