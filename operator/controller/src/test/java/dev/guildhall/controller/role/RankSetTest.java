package dev.guildhall.controller.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.Model;
import dev.guildhall.crds.ModelDeploymentSpec.Backend;
import dev.guildhall.crds.ModelSource;
import dev.guildhall.crds.Role;
import dev.guildhall.crds.Serving;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.crds.ServingRoleSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankSetTest {

  private static final Path GOLDEN =
      Path.of(System.getProperty("guildhall.root"))
          .resolve("operator/controller/src/test/resources/golden/rank-set.json");
  private static final String IMAGE = "guildhall.dev/engine:test";

  /**
   * A change here restarts no group that runs, see {@link PodVersion}, but it is how new ones are
   * made: write it anew with {@code -Dguildhall.update=true} and look at the difference.
   */
  @Test
  void ranksOfTheQuickstartAreMadeAsCommitted() throws IOException {
    var json =
        JsonMapper.builder()
            .enable(
                SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
            .build();
    var made = json.writeValueAsString(set(template(512, 1L), IMAGE)) + "\n";
    if (Boolean.getBoolean("guildhall.update")) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, made);
    }
    assertThat(made).isEqualTo(Files.readString(GOLDEN));
  }

  @Test
  void anotherOperatorsWayOfMakingPodsLeavesThoseThatAreThere() {
    var found = PodVersion.of(set(template(512, 1L), IMAGE));
    var otherwise = set(template(512, 1L), IMAGE).getSpec().getTemplate();
    otherwise.getSpec().getContainers().getFirst().getLivenessProbe().setFailureThreshold(9);
    var wanted = PodVersion.of(template(512, 1L), IMAGE, otherwise);
    assertThat(wanted.isOnlyMadeOtherwiseThan(found)).isTrue();
  }

  @Test
  void anotherEstimateOfMemoryLeavesThemToo() {
    var found = PodVersion.of(set(template(512, 1L), IMAGE));
    var wanted = PodVersion.of(set(template(512, 2L), IMAGE));
    assertThat(wanted.isOnlyMadeOtherwiseThan(found)).isTrue();
  }

  @Test
  void whatIsAskedForReplacesThem() {
    var found = PodVersion.of(set(template(512, 1L), IMAGE));
    var edited = PodVersion.of(set(template(256, 1L), IMAGE));
    var engine = PodVersion.of(set(template(512, 1L), "guildhall.dev/engine:next"));
    assertThat(edited.isOnlyMadeOtherwiseThan(found)).isFalse();
    assertThat(engine.isOnlyMadeOtherwiseThan(found)).isFalse();
  }

  @Test
  void somebodyElsesChangeIsUndoneAndASetWithoutAVersionTakenOver() {
    var wanted = PodVersion.of(set(template(512, 1L), IMAGE));
    assertThat(wanted.isOnlyMadeOtherwiseThan(wanted)).isFalse();
    var bare = new StatefulSetBuilder().withNewMetadata().withName("bare").endMetadata().build();
    assertThat(wanted.isOnlyMadeOtherwiseThan(PodVersion.of(bare))).isFalse();
  }

  @Test
  void onlyAnotherPathIsGivenToPodsThatRun() {
    var role = role(at("v2"), Role.RollOut.InPlaceWeights);
    assertThat(ModelPath.suffices(role, group(role, set(at("v1"), IMAGE)))).isTrue();
    assertThat(ModelPath.suffices(role, group(role, set(at("v1"), "guildhall.dev/engine:old"))))
        .as("another image")
        .isFalse();
    assertThat(ModelPath.suffices(role, group(role, set(template(512, 1L), IMAGE))))
        .as("pods that read no path")
        .isFalse();
    var replaced = role(at("v2"), null);
    assertThat(ModelPath.suffices(replaced, group(replaced, set(at("v1"), IMAGE)))).isFalse();
  }

  @Test
  void aPodIsOfTheVersionOnceItWasSeenNotReady() {
    var role = role(at("v2"), Role.RollOut.InPlaceWeights);
    var group = group(role, set(at("v1"), IMAGE));
    var pod = group.pods().getFirst();
    assertThat(PodFacts.isReady(pod)).isTrue();
    var patch = Serialization.asJson(ModelPath.patch(group, pod));
    assertThat(patch)
        .contains("\"guildhall.dev/model-path\":\"v2\"")
        .contains("\"controller-revision-hash\":\"new\"")
        .contains("\"uid\":\"7\"", "\"resourceVersion\":\"41\"");
    pod.getMetadata().getAnnotations().put("guildhall.dev/ready-before-model-path", "T1");
    assertThat(PodFacts.isReady(pod)).isFalse();
    pod.getStatus().getConditions().getFirst().setLastTransitionTime("T2");
    assertThat(PodFacts.isReady(pod)).isTrue();
  }

  /** A group whose StatefulSet is as the role wants it and whose one pod is of another one. */
  private static GroupState group(ServingRole role, StatefulSet before) {
    var id = GroupId.of(role, 0);
    var set = RankSet.of(role, id, new GatedGang(null), IMAGE);
    set.getMetadata().setGeneration(2L);
    set.setStatus(
        new StatefulSetStatusBuilder()
            .withReplicas(4)
            .withUpdateRevision("new")
            .withObservedGeneration(2L)
            .build());
    var pod =
        new PodBuilder()
            .withMetadata(before.getSpec().getTemplate().getMetadata())
            .editMetadata()
            .withUid("7")
            .withResourceVersion("41")
            .addToLabels("controller-revision-hash", "old")
            .endMetadata()
            .withNewStatus()
            .addNewCondition()
            .withType("Ready")
            .withStatus("True")
            .withLastTransitionTime("T1")
            .endCondition()
            .endStatus()
            .build();
    return new GroupState(id, set, List.of(pod), () -> "");
  }

  private static GroupTemplate at(String path) {
    var source = new ModelSource(null, "models", path);
    return template(new Model("small-v3", source), 512, 1L);
  }

  private static StatefulSet set(GroupTemplate template, String image) {
    var role = role(template, null);
    return RankSet.of(role, GroupId.of(role, 0), new GatedGang(null), image);
  }

  private static ServingRole role(GroupTemplate template, Role.RollOut rollOut) {
    var role = new ServingRole();
    role.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("quickstart")
            .withName("small-v3-unified")
            .withUid("0")
            .build());
    role.setSpec(
        new ServingRoleSpec("small-v3", "unified", 1, template, null, rollOut, null, null));
    return role;
  }

  private static GroupTemplate template(int maxBatchTokens, long memory) {
    var source = new ModelSource("guildhall.dev/models/small-v3:1", null, null);
    return template(new Model("small-v3", source), maxBatchTokens, memory);
  }

  private static GroupTemplate template(Model model, int maxBatchTokens, long memory) {
    return new GroupTemplate(
        model,
        Backend.cpu,
        4,
        Map.of("guildhall.dev/pool", "local"),
        true,
        memory,
        memory + 1,
        null,
        1,
        new Serving(2048, 16384, maxBatchTokens, 30),
        null);
  }
}
