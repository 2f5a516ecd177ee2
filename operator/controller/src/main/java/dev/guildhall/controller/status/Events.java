package dev.guildhall.controller.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import org.jboss.logging.Logger;

/** Tells people what happened to a resource, once per change of reason. */
@ApplicationScoped
public class Events {

  private static final Logger LOG = Logger.getLogger(Events.class);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
  private static final int LONGEST_NOTE = 1024;

  private final KubernetesClient client;
  private final Clock clock;

  Events(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * Writes an event about a resource; one that cannot be written is logged, because nothing depends
   * on it.
   */
  public void record(HasMetadata about, Outcome outcome) {
    var meta = about.getMetadata();
    var now = clock.instant();
    var namespace = Objects.requireNonNullElse(meta.getNamespace(), "default");
    var event =
        new EventBuilder()
            .withNewMetadata()
            .withName(name(meta.getName(), now))
            .withNamespace(namespace)
            .endMetadata()
            .withEventTime(new MicroTime(MICROS.format(now)))
            .withType(outcome.state() == Outcome.State.STALLED ? "Warning" : "Normal")
            .withReason(outcome.reason())
            .withAction("Reconcile")
            .withNote(
                outcome.message().substring(0, Math.min(LONGEST_NOTE, outcome.message().length())))
            .withReportingController("guildhall.dev/operator")
            .withReportingInstance(
                Objects.requireNonNullElse(System.getenv("POD_NAME"), "guildhall-operator"))
            .withRegarding(
                new ObjectReferenceBuilder()
                    .withApiVersion(about.getApiVersion())
                    .withKind(about.getKind())
                    .withName(meta.getName())
                    .withNamespace(meta.getNamespace())
                    .withUid(meta.getUid())
                    .build())
            .build();
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      LOG.warnf(
          "cannot write event %s about %s %s: %s",
          outcome.reason(), about.getKind(), meta.getName(), e.getMessage());
    }
  }

  /** As client-go names events: the API server refuses a generateName that ends with a dot. */
  static String name(String about, Instant at) {
    long nanos =
        Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
    return about + "." + Long.toHexString(nanos);
  }
}
