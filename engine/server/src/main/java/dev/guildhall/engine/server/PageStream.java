package dev.guildhall.engine.server;

import com.google.protobuf.UnsafeByteOperations;
import dev.guildhall.engine.runtime.HeldPrefix;
import dev.guildhall.engine.runtime.PrefixReader;
import dev.guildhall.proto.v1.PrefillReply;
import dev.guildhall.proto.v1.Prefilled;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;

/**
 * Sends a prompt's cache pages down a call as they become full, no faster than they are taken, and
 * ends it.
 */
final class PageStream {
  private final ServerCallStreamObserver<PrefillReply> call;
  private final PrefixReader pages;
  private Runnable onStop = () -> {};
  private News news;
  private Status failure;
  private boolean over;

  /**
   * What is to be sent next.
   *
   * @param took what the pages took so far
   * @param whole all pages; null while some are missing
   */
  private record News(Prefilled took, HeldPrefix whole) {}

  /**
   * To be made before the call's handler returns.
   *
   * @param pages of the prompt, at the first one that is to be sent
   */
  PageStream(ServerCallStreamObserver<PrefillReply> call, PrefixReader pages) {
    this.call = call;
    this.pages = pages;
    call.setOnReadyHandler(this::wake);
    call.setOnCancelHandler(this::wake);
    Thread.ofVirtual().name("pages").start(this::run);
  }

  /**
   * What to do when nobody gets pages any more before they are all there; at once if that is so.
   */
  synchronized void onStop(Runnable action) {
    onStop = action;
    if (over) {
      action.run();
    }
  }

  /** Ends the call; what is not sent yet is not. */
  synchronized void fail(Status status) {
    failure = status;
    notifyAll();
  }

  /** There may be more pages; says what they took so far. */
  synchronized void more(Prefilled soFar) {
    news = new News(soFar, null);
    notifyAll();
  }

  /** These are all pages, to be let go of when they are sent; says what they took. */
  synchronized void end(Prefilled took, HeldPrefix whole) {
    if (over) {
      whole.close();
    } else {
      news = new News(took, whole);
      onStop = () -> {};
      notifyAll();
    }
  }

  private void run() {
    try {
      for (var next = next(); next != null; next = next()) {
        if (next.whole() != null) {
          sendRest(next.took(), next.whole());
          return;
        }
        sendNew(next.took());
      }
    } catch (InterruptedException e) {
      fail(Status.ABORTED.withDescription("interrupted"));
    } catch (RuntimeException e) {
      fail(Status.INTERNAL.withDescription("cannot read the cache: " + e.getMessage()));
    } finally {
      stop();
    }
  }

  /** Null where nothing more is to be sent. */
  private synchronized News next() throws InterruptedException {
    while (news == null && failure == null && !call.isCancelled()) {
      wait();
    }
    if (failure != null || call.isCancelled()) {
      return null;
    }
    var next = news;
    news = null;
    return next;
  }

  private void sendNew(Prefilled took) throws InterruptedException {
    var page = pages.next();
    if (page.isPresent()) {
      send(took);
    }
    while (page.isPresent() && !call.isCancelled()) {
      send(page.get());
      page = pages.next();
    }
  }

  private void sendRest(Prefilled took, HeldPrefix whole) throws InterruptedException {
    try (whole) {
      send(took);
      for (int i = pages.index(); i < whole.pages() && !call.isCancelled(); i++) {
        send(whole.read(i));
      }
    }
    if (!call.isCancelled()) {
      call.onCompleted();
    }
  }

  private void send(Prefilled took) throws InterruptedException {
    send(PrefillReply.newBuilder().setPrefilled(took).build());
  }

  private void send(byte[] page) throws InterruptedException {
    send(PrefillReply.newBuilder().setPage(UnsafeByteOperations.unsafeWrap(page)).build());
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

  private synchronized void stop() {
    over = true;
    if (news != null && news.whole() != null) {
      news.whole().close();
    }
    onStop.run();
    if (failure != null && !call.isCancelled()) {
      call.onError(failure.asRuntimeException());
    }
  }

  private synchronized void wake() {
    notifyAll();
  }
}
