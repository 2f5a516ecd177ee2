package dev.guildhall.controller.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.controller.OperatorConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Node states that wait for the ledger, as ConfigMaps of the system namespace, which are pages of
 * one list. Only the leader writes them; the next leader reads what it left. See
 * docs/decisions/0011.
 */
@ApplicationScoped
class NodeStateJournal {

  private static final Logger LOG = Logger.getLogger(NodeStateJournal.class);

  private static final String PREFIX = "guildhall-node-states-";

  /** Names of pages end with a number of this many digits, so that their order is that of time. */
  private static final String NAME = PREFIX + "%013d";

  private static final String ENTRY = "events.json";
  private static final String FIELD_MANAGER = "guildhall-gpunodepool";
  private static final Map<String, String> LABELS =
      Map.of(
          "app.kubernetes.io/managed-by", "guildhall",
          "app.kubernetes.io/component", "node-states");

  /** A page is far below the API server's limit of 1 MiB even with the longest names. */
  private static final int EVENTS_PER_PAGE = 50;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final Clock clock;
  private final Deque<String> pages = new ArrayDeque<>();

  /** The page that is being filled, in which these events are; null where none is. */
  private String open;

  private List<NodeStateEvent> written = List.of();

  NodeStateJournal(KubernetesClient client, OperatorConfig config, Clock clock) {
    this.client = client;
    this.config = config;
    this.clock = clock;
  }

  /** Shows each event that is there, oldest first; to be called once, before anything else. */
  void read(Consumer<NodeStateEvent> consumer) {
    client
        .configMaps()
        .inNamespace(config.systemNamespace())
        .withLabels(LABELS)
        .list()
        .getItems()
        .stream()
        .sorted(Comparator.comparing(page -> page.getMetadata().getName()))
        .forEach(
            page -> {
              events(page).forEach(consumer);
              pages.add(page.getMetadata().getName());
            });
  }

  boolean isEmpty() {
    return pages.isEmpty();
  }

  /** Writes events behind all others; when this returns they are in the cluster. */
  void append(List<NodeStateEvent> events) {
    int done = 0;
    while (done < events.size()) {
      if (open == null || written.size() == EVENTS_PER_PAGE) {
        open = nextName();
        written = List.of();
      }
      int until = Math.min(events.size(), done + EVENTS_PER_PAGE - written.size());
      var longer = new ArrayList<>(written);
      longer.addAll(events.subList(done, until));
      write(longer);
      if (written.isEmpty()) {
        pages.add(open);
      }
      written = longer;
      done = until;
    }
  }

  /** The events of the oldest page. */
  List<NodeStateEvent> oldest() {
    var page = page(pages.getFirst()).get();
    if (page == null) {
      LOG.errorf("somebody deleted ConfigMap %s and the node states in it", pages.getFirst());
      return List.of();
    }
    return events(page);
  }

  /** Forgets the oldest page, once the ledger has its events. */
  void removeOldest() {
    page(pages.getFirst()).delete();
    if (pages.removeFirst().equals(open)) {
      open = null;
    }
  }

  /** Later than all pages, also those of a leader whose clock is ahead of this one's. */
  private String nextName() {
    var next = NAME.formatted(clock.millis());
    return pages.isEmpty() || next.compareTo(pages.getLast()) > 0
        ? next
        : NAME.formatted(Long.parseLong(pages.getLast().substring(PREFIX.length())) + 1);
  }

  private void write(List<NodeStateEvent> events) {
    var page =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(open)
            .withNamespace(config.systemNamespace())
            .withLabels(LABELS)
            .endMetadata()
            .withData(Map.of(ENTRY, json(events)))
            .build();
    client.resource(page).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
  }

  private Resource<ConfigMap> page(String name) {
    return client.configMaps().inNamespace(config.systemNamespace()).withName(name);
  }

  private static String json(List<NodeStateEvent> events) {
    try {
      return JSON.writeValueAsString(events);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<NodeStateEvent> events(ConfigMap page) {
    try {
      return JSON.readValue(page.getData().get(ENTRY), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "ConfigMap %s: entry %s is not a list of node states: %s"
              .formatted(page.getMetadata().getName(), ENTRY, e.getOriginalMessage()),
          e);
    }
  }
}
