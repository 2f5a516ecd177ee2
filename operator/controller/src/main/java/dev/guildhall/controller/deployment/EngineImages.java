package dev.guildhall.controller.deployment;

import dev.guildhall.controller.status.StalledException;

/**
 * Which engine images a deployment may name: any tag or digest of the repository that the operator
 * takes its own from. Rank pods hold the group's key and a GPU, so who may write a ModelDeployment
 * may not yet run any image there.
 */
final class EngineImages {

  private EngineImages() {}

  /**
   * Checks an image.
   *
   * @param named null: none, which is allowed
   * @param own the operator's
   * @throws StalledException if it is of another repository
   */
  static void check(String named, String own) {
    if (named != null && !repository(named).equals(repository(own))) {
      throw new StalledException(
          "EngineImageNotAllowed",
          "spec.engineImage: %s is not of the repository %s; name a tag or digest of it, or leave the field out"
              .formatted(named, repository(own)));
    }
  }

  /** Without tag and digest; a colon before the last slash is a registry's port. */
  static String repository(String image) {
    String name = image.replaceFirst("@.*", "");
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }
}
