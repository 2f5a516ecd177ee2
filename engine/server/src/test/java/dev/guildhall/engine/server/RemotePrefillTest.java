package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.primitives.Ints;
import dev.guildhall.proto.v1.GenerateReply;
import dev.guildhall.proto.v1.GenerateRequest;
import dev.guildhall.proto.v1.GetStatusRequest;
import dev.guildhall.proto.v1.PrefillGrpc;
import dev.guildhall.proto.v1.PrefillReply;
import dev.guildhall.proto.v1.PrefillRequest;
import dev.guildhall.proto.v1.Usage;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A group of two ranks computes prompts, one of one rank goes on with them. */
class RemotePrefillTest {
  private static final int PAGE = 16;

  /** Seven full pages before its last token, and a part of one. */
  private static final int[] PROMPT = IntStream.range(0, 120).map(i -> 3 + i * 11 % 300).toArray();

  private final TestGroup prefill = new TestGroup(TestGroup.sample(), 2);
  private final TestGroup decode = new TestGroup(TestGroup.sample(), 1);

  @AfterEach
  void close() {
    prefill.close();
    decode.close();
  }

  private record Answer(List<Integer> tokens, int cachedTokens, Usage usage) {}

  private static GenerateRequest request(String id, int[] prompt, String from) {
    return GenerateRequest.newBuilder()
        .setRequestId(id)
        .addAllPrompt(Ints.asList(prompt))
        .setMaxTokens(12)
        .setPrefillRank(from)
        .build();
  }

  private Answer ask(String id, int[] prompt, String from) {
    return ask(decode, id, prompt, from);
  }

  private static Answer ask(TestGroup group, String id, int[] prompt, String from) {
    List<Integer> tokens = new ArrayList<>();
    List<GenerateReply> replies = new ArrayList<>();
    group.stub(0).generate(request(id, prompt, from)).forEachRemaining(replies::add);
    replies.forEach(r -> r.getTokensList().forEach(t -> tokens.add(t.getId())));
    return new Answer(
        tokens,
        replies.getFirst().getStarted().getCachedTokens(),
        replies.getLast().getFinished().getUsage());
  }

  private String rank(int rank) {
    return "127.0.0.1:" + prefill.rank(rank).grpcPort();
  }

  private void ready() {
    prefill.awaitReady();
    decode.awaitReady();
  }

  @Test
  void theAnswerIsTheSameAndThePromptWasComputedThere() {
    ready();
    List<Integer> alone = Ints.asList(prefill.greedy(0, "alone", PROMPT, 12));
    Answer answer = ask("a", PROMPT, rank(1));
    assertThat(answer.tokens()).isEqualTo(alone);
    assertThat(answer.usage().getRemoteTokens()).isEqualTo(7 * PAGE);
    assertThat(answer.usage().getRemoteRanks()).isEqualTo(2);
    assertThat(answer.usage().getRemotePrefillNanos()).isPositive();
    assertThat(answer.usage().getPrefillNanos()).as("the last tokens").isPositive();
    assertThat(answer.cachedTokens()).as("computed for this request").isZero();

    Answer again = ask("b", PROMPT, rank(1));
    assertThat(again.tokens()).isEqualTo(alone);
    assertThat(again.usage().getRemoteRanks()).as("its own cache has all").isZero();
    assertThat(again.cachedTokens()).isEqualTo(7 * PAGE);
  }

  @Test
  void onlyWhatIsMissingComesAndWhatWasCachedThereCountsAsCached() {
    ready();
    int[] begin = IntStream.range(0, 40).map(i -> PROMPT[i]).toArray();
    int[] middle = IntStream.range(0, 81).map(i -> PROMPT[i]).toArray();
    ask("a", begin, "");
    prefill.greedy(0, "b", middle, 1);
    Answer answer = ask("c", PROMPT, rank(0));
    assertThat(answer.usage().getRemoteTokens()).as("two pages were here").isEqualTo(5 * PAGE);
    assertThat(answer.cachedTokens()).as("five pages were there").isEqualTo(5 * PAGE);
  }

  /** 28 steps for 7 pages. */
  @Test
  void pagesComeWhileTheRestIsComputed() throws IOException {
    decode.awaitReady();
    try (var slow =
        new TestGroup(TestGroup.sample(), 1, false, Map.of("GUILDHALL_MAX_BATCH_TOKENS", "4"))) {
      slow.awaitReady();
      var between = new Between(slow.channel(0), Integer.MAX_VALUE);
      var server = serve(between);
      Answer answer = ask("a", PROMPT, "127.0.0.1:" + server.getPort());
      server.shutdownNow();
      assertThat(answer.usage().getRemoteTokens()).isEqualTo(7 * PAGE);
      assertThat(answer.tokens()).isEqualTo(Ints.asList(slow.greedy(0, "alone", PROMPT, 12)));
      var took =
          between.passed.stream()
              .filter(PrefillReply::hasPrefilled)
              .map(reply -> reply.getPrefilled().getNanos())
              .toList();
      assertThat(took).as("so far, with each new page").hasSizeGreaterThan(1);
      assertThat(took).isSorted().doesNotHaveDuplicates();
      assertThat(answer.usage().getRemotePrefillNanos()).isEqualTo(took.getLast());
      assertThat(between.passed).hasSize(7 + took.size());
    }
  }

  @Test
  void aRankThatIsNotThereCostsNothingButItsHelp() {
    ready();
    List<Integer> alone = Ints.asList(prefill.greedy(0, "alone", PROMPT, 12));
    String gone = rank(1);
    prefill.stop(1);
    Answer answer = ask("a", PROMPT, gone);
    assertThat(answer.tokens()).isEqualTo(alone);
    assertThat(answer.usage().getRemoteTokens()).isZero();
    // The rest of its group is not ready without it, and says so.
    await().until(() -> !prefill.rank(0).notReadyBecause().isEmpty());
    int[] other = IntStream.range(0, 64).map(i -> 5 + i).toArray();
    assertThat(ask("b", other, rank(0)).tokens()).hasSize(12);
    assertThat(ask("c", other, "no such rank:1").tokens()).hasSize(12);
  }

  @Test
  void pagesOfAnotherModelAreNotTaken() {
    decode.awaitReady();
    try (var other = new TestGroup(TestGroup.root().resolve("engine/goldens/moe-basic"), 1)) {
      other.awaitReady();
      Answer answer = ask("a", PROMPT, "127.0.0.1:" + other.rank(0).grpcPort());
      assertThat(answer.tokens()).hasSize(12);
      assertThat(answer.usage().getRemoteTokens()).isZero();
      assertThat(answer.usage().getRemoteRanks()).isZero();
    }
  }

  /** Passes on the first replies of a rank, and the end if these are all. */
  private static final class Between extends PrefillGrpc.PrefillImplBase {
    private final PrefillGrpc.PrefillStub real;
    private final int most;
    private final List<PrefillReply> passed = new CopyOnWriteArrayList<>();

    Between(Channel real, int most) {
      this.real = PrefillGrpc.newStub(real);
      this.most = most;
    }

    @Override
    public void compute(PrefillRequest request, StreamObserver<PrefillReply> caller) {
      real.compute(
          request,
          new StreamObserver<>() {
            @Override
            public void onNext(PrefillReply reply) {
              if (passed.size() < most) {
                passed.add(reply);
                caller.onNext(reply);
              }
            }

            @Override
            public void onError(Throwable cancelled) {
              // The caller waits no longer.
            }

            @Override
            public void onCompleted() {
              if (passed.size() < most) {
                caller.onCompleted();
              }
            }
          });
    }
  }

  /** The first reply says what it took; each of the others is a page. */
  @ParameterizedTest
  @CsvSource({"0, 0", "4, 3"})
  void aRankThatTakesTooLongIsWaitedForNoLongerAndWhatCameIsUsed(int replies, int pages)
      throws IOException {
    prefill.awaitReady();
    var server = serve(new Between(prefill.channel(0), replies));
    try (var impatient =
        new TestGroup(TestGroup.sample(), 1, false, Map.of("GUILDHALL_PREFILL_SECONDS", "1"))) {
      impatient.awaitReady();
      List<Integer> alone = Ints.asList(prefill.greedy(0, "alone", PROMPT, 12));
      Answer answer = ask(impatient, "a", PROMPT, "127.0.0.1:" + server.getPort());
      assertThat(answer.tokens()).isEqualTo(alone);
      assertThat(answer.usage().getRemoteTokens()).isEqualTo(pages * PAGE);
    } finally {
      server.shutdownNow();
    }
  }

  private static Server serve(BindableService service) throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(service)
        .build()
        .start();
  }

  /** A rank that takes prompts and never answers. */
  private static final class Hanging extends PrefillGrpc.PrefillImplBase {
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    @Override
    public void compute(PrefillRequest request, StreamObserver<PrefillReply> replies) {
      ((ServerCallStreamObserver<PrefillReply>) replies)
          .setOnCancelHandler(() -> cancelled.complete(null));
      asked.complete(null);
    }
  }

  @Test
  void aRequestThatIsCancelledMeanwhileAsksNoLongerAndNeverRuns() throws Exception {
    decode.awaitReady();
    var hanging = new Hanging();
    var server = serve(hanging);
    try (var call = Context.current().withCancellation()) {
      call.run(
          () -> {
            var replies =
                decode.stub(0).generate(request("a", PROMPT, "127.0.0.1:" + server.getPort()));
            hanging.asked.join();
            call.cancel(null);
            assertThatThrownBy(replies::hasNext).hasMessageContaining("CANCELLED");
          });
      hanging.cancelled.get(10, TimeUnit.SECONDS);
      var status = decode.stub(0).getStatus(GetStatusRequest.getDefaultInstance());
      assertThat(status.getRunning() + status.getWaiting()).isZero();
      assertThat(status.getCachePagesUsed()).isZero();
    } finally {
      server.shutdownNow();
    }
  }
}
