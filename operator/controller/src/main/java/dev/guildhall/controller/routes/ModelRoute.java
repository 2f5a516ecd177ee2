package dev.guildhall.controller.routes;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.guildhall.controller.role.GroupId;
import dev.guildhall.crds.ServingRole;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A model and the groups that serve it. */
record ModelRoute(
    String name, String deployment, int maxContextTokens, boolean wakes, List<Group> groups) {

  /**
   * A group and where its ranks answer, in rank order.
   *
   * @param weightPercent of the model's requests, while a version is tried in the group; else null
   * @param probed whether fixed prompts are put to it, while it is tried; else null
   * @param work {@code prefill} or {@code decode}; null where it takes whole requests
   */
  record Group(
      String name,
      List<String> ranks,
      @JsonInclude(JsonInclude.Include.NON_NULL) Integer weightPercent,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean probed,
      @JsonInclude(JsonInclude.Include.NON_NULL) String work) {

    private static Group of(ServingRole role, GroupId group) {
      var ranks = group.addresses(role.getSpec().template().ranks());
      var canary = role.getSpec().canary();
      return group.isCanary() && !canary.template().isVersionOf(role.getSpec().template())
          ? new Group(group.name(), ranks, canary.weightPercent(), canary.probed(), work(role))
          : new Group(group.name(), ranks, null, null, work(role));
    }

    private static String work(ServingRole role) {
      return switch (role.getSpec().kind()) {
        case Prefill -> "prefill";
        case Decode -> "decode";
        case Unified -> null;
        case null -> null;
      };
    }
  }

  /** One route per deployment that has roles, in order of the models' names. */
  static List<ModelRoute> of(List<ServingRole> roles) {
    return roles.stream()
        .filter(role -> role.getMetadata().getDeletionTimestamp() == null)
        .sorted(Comparator.comparing(role -> role.getMetadata().getName()))
        .collect(
            Collectors.groupingBy(
                role -> role.getSpec().template().model().name(),
                TreeMap::new,
                Collectors.toList()))
        .values()
        .stream()
        .map(ModelRoute::route)
        .toList();
  }

  private static ModelRoute route(List<ServingRole> roles) {
    var first = roles.getFirst();
    var deployment = deployment(first);
    var groups =
        roles.stream()
            .filter(role -> deployment(role).equals(deployment))
            .flatMap(role -> GroupId.served(role).stream().map(group -> Group.of(role, group)))
            .toList();
    var template = first.getSpec().template();
    return new ModelRoute(
        template.model().name(),
        deployment,
        template.serving().maxContextTokens(),
        roles.stream().anyMatch(role -> Boolean.TRUE.equals(role.getSpec().wakes())),
        groups);
  }

  private static String deployment(ServingRole role) {
    return role.getMetadata().getNamespace() + "/" + role.getSpec().deployment();
  }
}
