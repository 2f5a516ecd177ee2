package dev.guildhall.engine.cluster;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.ExpertCompute;
import dev.guildhall.engine.backend.ExpertsUnavailableException;
import dev.guildhall.engine.backend.GroupChangingException;
import dev.guildhall.proto.v1.ExpertOutputs;
import dev.guildhall.proto.v1.ExpertsGrpc;
import dev.guildhall.proto.v1.Member;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rank 0 asks rank 1, which is in the group and never answers. */
@Timeout(60)
class GrpcExpertExchangeTest {
  private static final GroupView COMPLETE = complete(1);
  private static final Duration FOREVER = Duration.ofHours(1);

  private static GroupView complete(long epoch) {
    return new GroupView(epoch, true, true, 0, 0, List.of(member(0), member(1)), "");
  }

  private static Member member(int rank) {
    return Member.newBuilder().setRank(rank).build();
  }

  private final PlaintextTransport transport = new PlaintextTransport();
  private Server silent;
  private Peers peers;

  /** Takes calls and keeps them. */
  private static final class Silent extends ExpertsGrpc.ExpertsImplBase {
    @Override
    public void forward(
        dev.guildhall.proto.v1.ExpertBatch request, StreamObserver<ExpertOutputs> replies) {
      // No answer is the point.
    }
  }

  @BeforeEach
  void start() throws IOException {
    silent = transport.server(0).addService(new Silent()).build().start();
    String address = "127.0.0.1:" + silent.getPort();
    peers = new Peers(List.of(address, address), transport, 1 << 20);
  }

  @AfterEach
  void stop() {
    peers.close();
    silent.shutdownNow();
  }

  private ExpertCompute exchange(Supplier<GroupView> view, Duration limit) {
    return rankZero(view, limit).by(route(0, 1));
  }

  private GrpcExpertExchange rankZero(Supplier<GroupView> view, Duration limit) {
    return new GrpcExpertExchange(
        new GroupIdentity("g", 2, "digest"),
        0,
        (layer, batch) -> new float[batch.rows().length * batch.hiddenSize()],
        peers,
        view,
        limit);
  }

  /** A slot on each of two ranks. */
  private static Route route(int... experts) {
    return new Route(new Placement(0, 2, new int[][] {experts}, new int[1][0]), 0, 2);
  }

  /** Rank 0 holds all that rank 1 does, and so has nothing else to ask it for. */
  @Test
  void aProbeAsksEveryRank() {
    GrpcExpertExchange exchange = rankZero(() -> COMPLETE, Duration.ofMillis(200));
    assertThatExceptionOfType(ExpertsUnavailableException.class)
        .isThrownBy(() -> exchange.probe(route(0, 0), 0, 2))
        .withMessageContaining("rank 1")
        .withMessageContaining("DEADLINE_EXCEEDED");
  }

  /** One view, and another one from then on. */
  private static Supplier<GroupView> first(GroupView now, GroupView then) {
    var views = new ArrayDeque<>(List.of(now, then));
    return () -> views.size() > 1 ? views.pop() : views.peek();
  }

  private static ExpertBatch oneRowForRankOne() {
    return new ExpertBatch(new int[] {1}, new int[] {1}, new int[] {0}, new float[2], 2);
  }

  @Test
  void hungPeerIsGivenUpAfterTheLimit() {
    ExpertCompute exchange = exchange(() -> COMPLETE, Duration.ofMillis(200));
    assertThatExceptionOfType(ExpertsUnavailableException.class)
        .isThrownBy(() -> exchange.forward(0, oneRowForRankOne()))
        .withMessageContaining("rank 1")
        .withMessageContaining("DEADLINE_EXCEEDED");
  }

  @Test
  void groupLostInItsEpochBeforeTheCallWasKnownEndsTheCall() {
    ExpertCompute exchange =
        exchange(first(COMPLETE, COMPLETE.lost("rank 0 does not answer")), FOREVER);
    assertThatThrownBy(() -> exchange.forward(0, oneRowForRankOne()))
        .isExactlyInstanceOf(ExpertsUnavailableException.class)
        .hasMessageContaining("the group changed during the call");
  }

  @Test
  void aCallOfAnEpochThatIsOverMayBeMadeAgainInTheNextOne() {
    ExpertCompute exchange = exchange(first(COMPLETE, complete(2)), FOREVER);
    assertThatThrownBy(() -> exchange.forward(0, oneRowForRankOne()))
        .isInstanceOf(GroupChangingException.class)
        .hasMessageContaining("the group changed during the call");
  }
}
