package dev.guildhall.controller.signals;

import dev.guildhall.controller.OperatorConfig;
import dev.guildhall.controller.kube.Labels;
import dev.guildhall.controller.kube.PodHttp;
import dev.guildhall.controller.kube.Rounds;
import dev.guildhall.controller.role.GroupId;
import dev.guildhall.controller.signals.Snapshot.RankPage;
import dev.guildhall.crds.GuildhallApi;
import dev.guildhall.crds.ModelDeployment;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/**
 * Reads the metrics of the ranks of watched deployments and of the gateway's replicas, once per
 * window, away from reconciliations. What it knows is lost when the operator restarts.
 */
@ApplicationScoped
public class Scraper {
  private static final Logger LOG = Logger.getLogger(Scraper.class);

  /** A page of some hundred tenants and models. */
  private static final long MOST_BYTES = 4 << 20;

  /** How far back percentiles look. */
  private static final long KEPT_MILLIS = 60_000;

  /** After how long without a question a deployment is watched no more. */
  private static final long FORGOTTEN_MILLIS = 600_000;

  private final KubernetesClient client;
  private final OperatorConfig config;
  private final Clock clock;
  private final PodHttp http = new PodHttp();
  private final Map<Target, Watched> watched = new ConcurrentHashMap<>();
  private final Rounds rounds;

  /** A deployment. */
  public record Target(String namespace, String deployment) {
    /** The one of a deployment. */
    public static Target of(ModelDeployment deployment) {
      return new Target(
          deployment.getMetadata().getNamespace(), deployment.getMetadata().getName());
    }
  }

  private static final class Watched {
    private final Deque<Snapshot> snapshots = new ArrayDeque<>();
    private volatile long askedMillis;
  }

  Scraper(KubernetesClient client, OperatorConfig config, Clock clock) {
    this.client = client;
    this.config = config;
    this.clock = clock;
    rounds = new Rounds("scaling-signals", config.scalingWindow(), this::look);
  }

  /**
   * What is known of a deployment, oldest first; it is watched from now on, for as long as somebody
   * asks.
   */
  public List<Snapshot> of(Target target) {
    rounds.begin(Duration.ZERO);
    var seen = watched.computeIfAbsent(target, _ -> new Watched());
    seen.askedMillis = clock.millis();
    synchronized (seen.snapshots) {
      return List.copyOf(seen.snapshots);
    }
  }

  private void look() {
    try {
      watched.values().removeIf(w -> clock.millis() - w.askedMillis > FORGOTTEN_MILLIS);
      if (!watched.isEmpty()) {
        var gateways = pages(gateways());
        watched.forEach((target, seen) -> add(seen.snapshots, snapshot(target, gateways)));
      }
    } catch (RuntimeException e) {
      LOG.warnf("cannot read the metrics that scaling and roll-outs go by: %s", e.getMessage());
    }
  }

  private static void add(Deque<Snapshot> snapshots, Snapshot next) {
    synchronized (snapshots) {
      snapshots.addLast(next);
      while (snapshots.size() > 2
          && next.atMillis() - snapshots.getFirst().atMillis() > KEPT_MILLIS) {
        snapshots.removeFirst();
      }
    }
  }

  private Snapshot snapshot(Target target, Map<String, MetricsPage> gateways) {
    var pods =
        client
            .pods()
            .inNamespace(target.namespace())
            .withLabel(GuildhallApi.DEPLOYMENT_LABEL, target.deployment())
            .withLabel(Labels.COMPONENT, Labels.RANK)
            .list()
            .getItems();
    long now = clock.millis();
    var ranks = new ConcurrentHashMap<String, RankPage>();
    each(
        pods,
        (pod, page) -> {
          var labels = pod.getMetadata().getLabels();
          ranks.put(
              PodHttp.start(pod),
              new RankPage(
                  labels.get(GuildhallApi.ROLE_LABEL), labels.get(GuildhallApi.GROUP_LABEL), page));
        });
    return new Snapshot(now, PodGroups.of(pods), Map.copyOf(ranks), gateways);
  }

  private List<Pod> gateways() {
    return client
        .pods()
        .inNamespace(config.systemNamespace())
        .withLabel("app.kubernetes.io/part-of", "guildhall")
        .withLabel(Labels.COMPONENT, "gateway")
        .list()
        .getItems();
  }

  private Map<String, MetricsPage> pages(List<Pod> pods) {
    var pages = new ConcurrentHashMap<String, MetricsPage>();
    each(pods, (pod, page) -> pages.put(PodHttp.start(pod), page));
    return new HashMap<>(pages);
  }

  /** Reads the pages of those that are ready, all at a time. */
  private void each(List<Pod> pods, BiConsumer<Pod, MetricsPage> use) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var pod : pods) {
        if (PodHttp.answers(pod)) {
          var address = PodHttp.address(pod, GroupId.HTTP_PORT);
          threads.submit(
              () ->
                  http.get(address, "/metrics", MOST_BYTES)
                      .map(body -> MetricsPage.parse(new String(body, StandardCharsets.UTF_8)))
                      .ifPresent(page -> use.accept(pod, page)));
        }
      }
    }
  }

  @PreDestroy
  void stop() {
    rounds.end();
  }
}
