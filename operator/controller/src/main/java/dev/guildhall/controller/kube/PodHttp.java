package dev.guildhall.controller.kube;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads pages that pods serve on their port of probes and metrics. HTTP/1.1: asking for HTTP/2 over
 * plain TCP costs an upgrade for each connection, and one was seen to lose its answer.
 */
public final class PodHttp {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  /**
   * The page; empty if it does not come in time, is no page, or is longer than bounded.
   *
   * @param address host and port
   * @param most bytes
   */
  public Optional<byte[]> get(String address, String path, long most) {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(TIMEOUT).build();
    try {
      var response = http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), most));
      return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Where a pod answers. */
  public static String address(Pod pod, int port) {
    var ip = pod.getStatus().getPodIP();
    return (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port;
  }

  /** Whether a pod is ready and has an address. */
  public static boolean answers(Pod pod) {
    return isReady(pod) && pod.getStatus().getPodIP() != null;
  }

  /** Whether a pod is ready. */
  public static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  /** Differs from one start of the pod's process to the next. */
  public static String start(Pod pod) {
    int restarts =
        pod.getStatus().getContainerStatuses().stream().mapToInt(c -> c.getRestartCount()).sum();
    return pod.getMetadata().getUid() + "/" + restarts;
  }
}
