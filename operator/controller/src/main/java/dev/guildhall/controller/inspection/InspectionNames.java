package dev.guildhall.controller.inspection;

import dev.guildhall.crds.ModelDeployment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names of what belongs to the inspection of one source; another source has other names.
 *
 * @param job the Job that looks
 * @param configMap what it found
 */
record InspectionNames(String job, String configMap) {

  static InspectionNames of(ModelDeployment deployment) {
    var source = deployment.getSpec().model().source();
    var name = deployment.getMetadata().getName();
    var path = source.path() == null ? "" : "\n" + source.path();
    var hash = hash(source.image() + "\n" + source.persistentVolumeClaim() + path);
    return new InspectionNames(name + "-inspect-" + hash, name + "-model-" + hash);
  }

  private static String hash(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
