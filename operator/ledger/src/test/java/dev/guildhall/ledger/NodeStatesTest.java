package dev.guildhall.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.ledger.NodeStates.Appended;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeStatesTest extends LedgerFixture {

  @Test
  void theLatestStateOfEachNodeIsWhatARestartedOperatorContinuesFrom() {
    states.append(List.of(node("1", "a", now() - 20), node("2", "b", now() - 20, serving(8))));
    states.append(List.of(node("3", "a", now() - 10, serving(4))));

    assertThat(states.latest(Optional.empty()))
        .containsExactly(
            node("2", "b", now() - 20, serving(8)), node("3", "a", now() - 10, serving(4)));
    assertThat(states.latest(Optional.of("other"))).isEmpty();
  }

  @Test
  void aRepeatedEventChangesNothing() {
    NodeStateEvent event = node("1", "a", now() - 20, serving(4), serving(2));
    assertThat(states.append(List.of(event)).written()).hasSize(1);
    Appended again = states.append(List.of(event));
    assertThat(again.written()).isEmpty();
    assertThat(again.repeated()).isEqualTo(1);
    assertThat(states.latest(Optional.empty())).containsExactly(event);
  }

  @Test
  void anIdWithOtherContentIsRefusedAndTheWholeBatchWithIt() {
    states.append(List.of(node("1", "a", now() - 20, serving(4))));
    assertThatThrownBy(
            () ->
                states.append(
                    List.of(node("2", "b", now()), node("1", "a", now() - 20, serving(5)))))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("holdings was")
        .hasMessageContaining("gpus=4")
        .hasMessageContaining("gpus=5");
    assertThat(states.latest(Optional.empty())).hasSize(1);
  }

  @Test
  void aLateEventTakesEffectRightAfterTheNodesLastOne() {
    states.append(List.of(node("1", "a", now() - 20)));
    Appended late = states.append(List.of(node("2", "a", now() - 90, serving(4))));
    assertThat(late.shifted()).isEqualTo(1);
    assertThat(states.latest(Optional.empty()).getFirst().state().at()).isEqualTo(now() - 19);
    assertThat(states.append(List.of(node("2", "a", now() - 90, serving(4)))).repeated())
        .isEqualTo(1);
  }

  @Test
  void anEventFromTheFutureTakesEffectNow() {
    states.append(List.of(node("1", "a", now() + 3600 * SECOND)));
    assertThat(states.latest(Optional.empty()).getFirst().state().at()).isEqualTo(now());
    clock.pass(Duration.ofSeconds(1));
    assertThat(states.append(List.of(node("2", "a", now(), serving(1)))).shifted()).isZero();
  }
}
