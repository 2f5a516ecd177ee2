package dev.guildhall.controller.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.controller.signals.Snapshot;
import dev.guildhall.planner.scaling.GroupPhase;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {

  private static Signals signals(Snapshot... snapshots) {
    return new Signals(List.of(snapshots));
  }

  @Test
  void aGroupIsWhatItsRanksSayTogether() {
    var before = new Pages().rank(0, 0, 100, 10, 0).rank(0, 1, 50, 1, 0).at(0);
    var now = new Pages().rank(0, 0, 300, 11, 40).rank(0, 1, 50, 1, 2).at(15);
    assertThat(signals(before, now).samples("unified", 2, 0.9))
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.group()).isEqualTo("dep-unified-0");
              assertThat(s.atMillis()).isEqualTo(Pages.START + 15_000);
              assertThat(s.queuedTokens()).isEqualTo(42);
              // 200 tokens in one second on the rank that had any; both can.
              assertThat(s.tokensPerSecond()).isEqualTo(400);
              assertThat(s.tokenSeconds()).isEqualTo(0.02);
              assertThat(s.kvUse()).isEqualTo(0.25);
              // 2000 tokens of 0.02 s each in 15 s.
              assertThat(s.running()).isEqualTo(40 / 15.0);
              assertThat(s.balancedness()).isEqualTo(0.9);
            });
  }

  @Test
  void whereNoTokenCameRequestsThatAreThereRun() {
    var pages = new Pages().rank(0, 0, 100, 10, 0).rank(0, 1, 50, 1, 0);
    assertThat(signals(pages.at(0), pages.at(15)).samples("unified", 2, 1))
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.tokenSeconds()).isZero();
              assertThat(s.running()).as("3 on each rank").isEqualTo(6);
            });
  }

  @Test
  void aGroupOfWhichARankIsSilentOrNewSaysNothing() {
    var before = new Pages().rank(0, 0, 1, 1, 0).rank(0, 1, 1, 1, 0).at(0);
    var silent = new Pages().rank(0, 0, 2, 2, 0).at(15);
    var restarted = new Pages().rank(0, 0, 2, 2, 0).rank(0, 1, 0, 0, 0, "second").at(15);
    assertThat(signals(before, silent).samples("unified", 2, 1)).isEmpty();
    assertThat(signals(before, restarted).samples("unified", 2, 1)).isEmpty();
  }

  @Test
  void demandIsWhatCameToAllReplicasOfTheGateway() {
    var before =
        new Pages()
            .rank(0, 0, 100, 1, 0)
            .gateway("a", 10, 1, 0, 0.5)
            .gateway("b", 5, 0, 0, 0.5)
            .at(0);
    var now =
        new Pages()
            .rank(0, 0, 400, 2, 60)
            .gateway("a", 20, 4, 2, 0.5)
            .gateway("b", 5, 0, 0, 0.5)
            .gateway("new", 900, 9, 0, 0.5)
            .at(10);
    var demand = signals(before, now).demand("unified", 1, "m", 90);
    assertThat(demand.requestsPerSecond()).as("10 answered, 3 more run, 2 wait").isEqualTo(1.5);
    assertThat(demand.tokensPerSecond()).as("300 computed, 60 more queue").isEqualTo(36);
    assertThat(demand.waitingRequests()).isEqualTo(2);
    assertThat(demand.ttftSeconds()).isEqualTo(0.45);
    assertThat(demand.tpotSeconds()).as("no token came").isZero();
  }

  @Test
  void rolesOfAKindShareTheRequestsByTheirTokens() {
    var before = new Pages().gateway("a", 10, 0, 0, 0.5).rank(0, 0, 100, 1, 0).other(0).at(0);
    var now = new Pages().gateway("a", 30, 0, 4, 0.5).rank(0, 0, 400, 2, 0).other(100).at(10);
    var both = List.of("unified", "other");
    var signals = signals(before, now);
    assertThat(signals.share("unified", both)).isEqualTo(0.75);
    assertThat(signals.share("other", both)).isEqualTo(0.25);
    assertThat(signals.share("other", List.of("other"))).isEqualTo(1);
    assertThat(signals(now, now).share("unified", both)).as("none worked").isEqualTo(0.5);
    var demand = signals.demand("other", 0.25, "m", 90);
    assertThat(demand.requestsPerSecond()).isEqualTo(0.6);
    assertThat(demand.waitingRequests()).isEqualTo(1);
    assertThat(demand.tokensPerSecond()).as("its own already").isEqualTo(10);
  }

  @Test
  void requestsWithoutFirstTokensHaveWaitedForAsLongAsIsLookedBack() {
    var before = new Pages().gateway("a", 10, 0, 1, 0.5).at(0);
    var now = new Pages().gateway("a", 10, 0, 1, 0.5).at(30);
    assertThat(signals(before, now).demand("unified", 1, "m", 90).ttftSeconds()).isEqualTo(30);
    var idle = new Pages().gateway("a", 10, 0, 0, 0.5).at(60);
    assertThat(signals(before, idle).demand("unified", 1, "m", 90).ttftSeconds()).isZero();
  }

  @Test
  void withoutAGatewayThereIsNoDemand() {
    var before = new Pages().gateway("gone", 1, 1, 1, 1).at(0);
    var now = new Pages().gateway("new", 1, 1, 1, 1).at(15);
    assertThat(signals(before, now).demand("unified", 1, "m", 90)).isNull();
    assertThat(signals(now).suffice()).isFalse();
  }

  @Test
  void startsAreThoseSeen() {
    var now = new Pages().group(0, GroupPhase.READY).at(15);
    assertThat(signals(now, now).startSeconds("unified", 60)).isEqualTo(30);
    assertThat(signals(now, now).startSeconds("other", 60)).isEqualTo(60);
  }
}
