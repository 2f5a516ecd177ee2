package dev.guildhall.controller.role;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.guildhall.crds.GroupTemplate;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

/**
 * What the pods of a group come from, kept on their StatefulSet: so that pods are replaced when
 * somebody asks for other ones, and not because a new version of the operator would make them
 * otherwise.
 *
 * @param asked digest of what deployment, pool and chart ask for
 * @param made digest of the pod template that the operator makes of it
 */
record PodVersion(String asked, String made) {

  private static final String ASKED = "guildhall.dev/asked";
  private static final String MADE = "guildhall.dev/made";

  /** Sorted, because the order of maps differs from one run of the operator to the next. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  static PodVersion of(GroupTemplate template, String image, PodTemplateSpec pods) {
    return new PodVersion(asked(template, image), digest(pods, ""));
  }

  /** Digest of what is asked for. */
  static String asked(GroupTemplate template, String image) {
    return digest(template.withoutEstimates(), image);
  }

  /** That of a StatefulSet; null in both where an earlier operator made it. */
  static PodVersion of(StatefulSet set) {
    var annotations =
        Objects.requireNonNullElse(set.getMetadata().getAnnotations(), Map.<String, String>of());
    return new PodVersion(annotations.get(ASKED), annotations.get(MADE));
  }

  Map<String, String> annotations() {
    return Map.of(ASKED, asked, MADE, made);
  }

  /**
   * Whether the same is asked for and only the operator would make other pods of it: those that are
   * there are left until somebody asks for others.
   */
  boolean isOnlyMadeOtherwiseThan(PodVersion before) {
    return asked.equals(before.asked()) && before.made() != null && !made.equals(before.made());
  }

  /** Of content as JSON. */
  static String digest(Object content, String more) {
    try {
      var bytes = (JSON.writeValueAsString(content) + more).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
          .substring(0, 16);
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
