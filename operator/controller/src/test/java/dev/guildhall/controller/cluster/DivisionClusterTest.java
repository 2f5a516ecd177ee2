package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Roles for prompts and for answers beside the one for whole requests. */
@Tag("cluster")
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class DivisionClusterTest {
  private static final String ROLE =
      "{\"name\":\"%s\",\"kind\":\"%s\",\"ranksPerGroup\":%d,\"groups\":1,\"redundantExperts\":0}";

  @RegisterExtension final Quickstart quickstart = Quickstart.on(OperatorCluster::cluster);

  private void roles(String prompts, String answers) {
    quickstart.set(
        "/spec/roles",
        "[%s,%s,%s]"
            .formatted(
                ROLE.formatted("unified", "Unified", 4),
                ROLE.formatted("prompts", prompts, 2),
                ROLE.formatted("answers", answers, 2)));
  }

  private String callers(String policy) {
    return quickstart.get(
        "networkpolicy/" + policy, "{.spec.ingress[0].from[0].podSelector.matchLabels}");
  }

  @Test
  void theGatewayIsToldWhoDoesWhatAndOnlyPromptsAreOpenToOtherGroups() throws Exception {
    roles("Prefill", "Decode");
    Eventually.holds(
        () ->
            assertThat(quickstart.get(Quickstart.DEPLOYMENT, "{.status.readyGroups}"))
                .isEqualTo("3/3"));
    Eventually.holds(
        () ->
            assertThat(quickstart.routes())
                .containsPattern("small-v3-prompts-0\"[^}]*\"work\":\"prefill\"")
                .containsPattern("small-v3-answers-0\"[^}]*\"work\":\"decode\"")
                .doesNotContainPattern("small-v3-unified-0\"[^}]*\"work\""));
    assertThat(callers("small-v3-prompts-0"))
        .contains("\"guildhall.dev/deployment\":\"small-v3\"")
        .contains("\"app.kubernetes.io/component\":\"rank\"");
    assertThat(callers("small-v3-answers-0"))
        .isEqualTo("{\"guildhall.dev/group\":\"small-v3-answers-0\"}");
    var before = quickstart.ranks("{.items[*].metadata.uid}");
    roles("Decode", "Prefill");
    Eventually.holds(
        () ->
            assertThat(quickstart.routes())
                .containsPattern("small-v3-prompts-0\"[^}]*\"work\":\"decode\"")
                .containsPattern("small-v3-answers-0\"[^}]*\"work\":\"prefill\""));
    Eventually.holds(
        () -> assertThat(callers("small-v3-answers-0")).contains("guildhall.dev/deployment"));
    assertThat(quickstart.ranks("{.items[*].metadata.uid}"))
        .as("a change of kind restarts nothing")
        .isEqualTo(before);
  }
}
