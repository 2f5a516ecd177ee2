package dev.guildhall.controller.role;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.guildhall.crds.GroupTemplate;
import dev.guildhall.crds.Model;
import dev.guildhall.crds.ModelDeploymentSpec.Backend;
import dev.guildhall.crds.ModelSource;
import dev.guildhall.crds.Serving;
import dev.guildhall.crds.ServingRole;
import dev.guildhall.crds.ServingRoleSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static StatefulSet set(GroupTemplate template, String image) {
    var role = new ServingRole();
    role.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("quickstart")
            .withName("small-v3-unified")
            .withUid("0")
            .build());
    role.setSpec(new ServingRoleSpec("small-v3", "unified", 1, template, null, null, null, null));
    return RankSet.of(role, GroupId.of(role, 0), new GatedGang(null), image);
  }

  private static GroupTemplate template(int maxBatchTokens, long memory) {
    return new GroupTemplate(
        new Model("small-v3", new ModelSource("guildhall.dev/models/small-v3:1", null)),
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
