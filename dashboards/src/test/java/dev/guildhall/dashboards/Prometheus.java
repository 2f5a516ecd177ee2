package dev.guildhall.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real Prometheus with Guildhall's rules, on a port and in a folder of its own. */
final class Prometheus implements AutoCloseable {
  private final Started process;
  private final String address;

  Prometheus(Path folder, Path rules, Map<String, String> targets) throws Exception {
    var config =
        new StringBuilder(
            "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\nrule_files: ['%s']\nscrape_configs:\n"
                .formatted(rules));
    targets.forEach(
        (job, target) ->
            config.append(
                """
                  - job_name: %s
                    static_configs: [{targets: ['%s'], labels: {%s}}]
                """
                    .formatted(
                        job,
                        target,
                        job.equals("guildhall-engine")
                            ? "guildhall_dev_deployment: small-v3, guildhall_dev_group: small-v3-unified-0, namespace: quickstart"
                            : "namespace: guildhall-system")));
    var file = Files.writeString(folder.resolve("prometheus.yml"), config);
    int port = Started.freePort();
    address = "http://127.0.0.1:" + port;
    process =
        new Started(
            "prometheus",
            folder,
            List.of(
                program("prometheus"),
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port),
            Map.of());
    process.await(address + "/-/ready");
  }

  /** Where .ci/install puts the program, or the one on the path. */
  static String program(String name) throws IOException {
    var cache =
        Optional.ofNullable(System.getenv("GUILDHALL_CACHE"))
            .orElse(
                Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .orElse(System.getProperty("user.home") + "/.cache")
                    + "/guildhall");
    var cached = Path.of(cache, "prometheus", name);
    if (Files.isExecutable(cached)) {
      return cached.toString();
    }
    for (var folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return Path.of(folder, name).toString();
      }
    }
    throw new IOException(name + " is missing: run .ci/install");
  }

  /**
   * The result of an instant query.
   *
   * @throws IllegalStateException with what Prometheus said if it cannot evaluate it
   */
  JsonNode query(String promql) throws Exception {
    return get("/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8))
        .at("/data/result");
  }

  /** The health of every rule by its name: {@code ok}, or the error. */
  JsonNode rules() throws Exception {
    return get("/api/v1/rules").at("/data/groups");
  }

  private JsonNode get(String path) throws Exception {
    var answer =
        Started.HTTP.send(
            HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.ofString());
    var json = new ObjectMapper().readTree(answer.body());
    if (!json.path("status").asText().equals("success")) {
      throw new IllegalStateException(path + ": " + answer.body());
    }
    return json;
  }

  @Override
  public void close() {
    process.close();
  }
}
