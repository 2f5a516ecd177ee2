package dev.guildhall.controller.cluster;

import dev.guildhall.crds.GuildhallApi;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Every state that the rank pods of a namespace go through, as the API server tells it, judged as
 * it comes.
 */
final class GroupHistory implements ResourceEventHandler<Pod>, AutoCloseable {
  private final int ranks;
  private final Map<String, Pod> pods = new HashMap<>();
  private final List<String> mixed = new CopyOnWriteArrayList<>();
  private final SharedIndexInformer<Pod> informer;
  private int serving;
  private int fewest;

  GroupHistory(KubernetesClient client, String namespace, int ranks) {
    this.ranks = ranks;
    informer =
        client.pods().inNamespace(namespace).withLabel(GuildhallApi.GROUP_LABEL).inform(this);
  }

  /** Groups that serve now. */
  synchronized int serving() {
    return serving;
  }

  /** The fewest groups that served at any time since this was last asked. */
  synchronized int fewest() {
    int since = fewest;
    fewest = serving;
    return since;
  }

  /** Groups whose ranks were all ready, of different versions; with what these were. */
  List<String> mixed() {
    return mixed;
  }

  /** Groups of which some ranks have a node and others have none, in order of their names. */
  synchronized TreeSet<String> torn() {
    return groups().entrySet().stream()
        .filter(
            group ->
                group.getValue().stream().map(GroupHistory::isBound).distinct().count() > 1
                    || group.getValue().size() < ranks)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Map<String, List<Pod>> groups() {
    return pods.values().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .collect(
            Collectors.groupingBy(
                pod -> pod.getMetadata().getLabels().get(GuildhallApi.GROUP_LABEL)));
  }

  @Override
  public synchronized void onAdd(Pod pod) {
    pods.put(pod.getMetadata().getName(), pod);
    judge();
  }

  @Override
  public void onUpdate(Pod before, Pod pod) {
    onAdd(pod);
  }

  @Override
  public synchronized void onDelete(Pod pod, boolean unknown) {
    pods.remove(pod.getMetadata().getName());
    judge();
  }

  private void judge() {
    var ready =
        groups().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    group -> group.getValue().stream().filter(GroupHistory::isReady).toList()));
    ready.forEach(
        (name, members) -> {
          var versions =
              members.stream()
                  .map(GroupHistory::version)
                  .collect(Collectors.toCollection(TreeSet::new));
          if (members.size() == ranks && versions.size() > 1) {
            mixed.add(name + " " + versions);
          }
        });
    serving = (int) ready.values().stream().filter(members -> members.size() == ranks).count();
    fewest = Math.min(fewest, serving);
  }

  private static String version(Pod pod) {
    return pod.getMetadata().getLabels().get("controller-revision-hash");
  }

  private static boolean isBound(Pod pod) {
    return pod.getSpec().getNodeName() != null;
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  @Override
  public void close() {
    informer.close();
  }
}
