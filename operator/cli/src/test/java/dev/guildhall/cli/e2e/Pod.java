package dev.guildhall.cli.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A running pod of ours; it keeps its address when its process starts anew.
 *
 * @param address of its network, which the node reaches
 */
record Pod(String namespace, String name, String address) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Those that a label selector matches. */
  static List<Pod> list(String namespace, String selector) {
    return Shell.kubectl(
            "-n",
            namespace,
            "get",
            "pods",
            "-l",
            selector,
            "-o",
            "jsonpath={range .items[*]}{.metadata.name} {.status.podIP}{\"\\n\"}{end}")
        .orFail()
        .lines()
        .map(line -> line.strip().split(" "))
        .map(fields -> new Pod(namespace, fields[0], fields[1]))
        .toList();
  }

  /** How often its process has started anew. */
  int restarts() {
    return Integer.parseInt(
        Shell.kubectl(
                "-n",
                namespace,
                "get",
                "pod",
                name,
                "-o",
                "jsonpath={.status.containerStatuses[0].restartCount}")
            .orFail()
            .strip());
  }

  /** Sum of a metric's values on its page; 0 while it does not answer. */
  double sum(Pattern metric) {
    return metric
        .matcher(metrics())
        .results()
        .mapToDouble(r -> Double.parseDouble(r.group(1)))
        .sum();
  }

  private String metrics() {
    var request =
        HttpRequest.newBuilder(URI.create("http://%s:9090/metrics".formatted(address)))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return HTTP.send(request, BodyHandlers.ofString()).body();
    } catch (IOException starting) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
