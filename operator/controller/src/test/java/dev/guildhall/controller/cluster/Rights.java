package dev.guildhall.controller.cluster;

import dev.guildhall.devcluster.AuditEvent;
import dev.guildhall.devcluster.DevCluster;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rights as {@code group/resource verb}. */
final class Rights {

  /** ReplicasIT shows that it is used. */
  static final String GIVE_LEASE_BACK = "coordination.k8s.io/leases update";

  /** GatedGangIT shows that it is used. */
  static final String LIFT_GATES = "/pods patch";

  /** LedgerJointIT shows that it is used. */
  static final String JOURNAL_LIST = "/configmaps list";

  /**
   * What only an operator that ends does, and what only an operator with a ledger does; other test
   * classes show that each of them is used.
   */
  static final Set<String> USED_ELSEWHERE = Set.of(GIVE_LEASE_BACK, JOURNAL_LIST);

  private Rights() {}

  static Set<String> granted() throws IOException {
    var text =
        Files.readString(Site.ROOT.resolve("operator/controller/src/main/kubernetes/rbac.yaml"));
    var serialization = new KubernetesSerialization();
    return Arrays.stream(text.split("(?m)^---$"))
        .map(document -> serialization.<Object>unmarshal(document))
        .flatMap(role -> rules(role).stream())
        .flatMap(Rights::rights)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<PolicyRule> rules(Object role) {
    return role instanceof ClusterRole cluster ? cluster.getRules() : ((Role) role).getRules();
  }

  private static Stream<String> rights(PolicyRule rule) {
    return rule.getApiGroups().stream()
        .flatMap(group -> rule.getResources().stream().map(resource -> group + "/" + resource))
        .flatMap(what -> rule.getVerbs().stream().map(verb -> what + " " + verb));
  }

  /** What the operator was refused. */
  static List<AuditEvent> denied(DevCluster cluster) {
    return cluster.auditLog().events().stream()
        .filter(event -> event.user().equals(Site.OPERATOR) && event.denied())
        .toList();
  }

  /** An apply that makes an object needs the right to create as well. */
  static Set<String> used(List<AuditEvent> events) {
    return events.stream()
        .flatMap(
            event -> {
              var resource =
                  event.subresource().isEmpty()
                      ? event.resource()
                      : event.resource() + "/" + event.subresource();
              var what = event.apiGroup() + "/" + resource + " ";
              return event.code() == HttpURLConnection.HTTP_CREATED
                  ? Stream.of(what + event.verb(), what + "create")
                  : Stream.of(what + event.verb());
            })
        .collect(Collectors.toSet());
  }
}
