package dev.guildhall.controller.role;

import dev.guildhall.controller.kube.Applier;
import dev.guildhall.crds.ServingRole;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Optional;

/** How the ranks of a group get their GPUs: all of them or none. */
interface Gang {

  /** Makes what the gang needs besides its pods. */
  void prepare(ServingRole owner, GroupId group, Applier applier);

  /** Marks a pod as a member. */
  void join(PodSpec pod, GroupId group);

  /** Lets the pods be bound where that is the operator's part. */
  void admit(ServingRole owner, GroupId group, List<Pod> pods);

  /** Removes what {@link #prepare} made. */
  void remove(ServingRole owner, GroupId group, Applier applier);

  /** Why the gang has no GPUs yet; empty where nothing is said. */
  Optional<String> waitingReason(GroupId group);
}
