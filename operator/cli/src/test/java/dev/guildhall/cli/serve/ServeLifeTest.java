package dev.guildhall.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.cli.Checkout;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} with its real processes, from start to each way of ending. */
@Tag("cluster")
class ServeLifeTest {
  private static final Duration START = Duration.ofMinutes(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final List<ProcessHandle> started = new ArrayList<>();

  @AfterEach
  void killWhatIsLeft() {
    started.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void billAddsUpAndNoEndLeavesAProcessOrLosesUsage() throws Exception {
    Process serve = serve("first");
    complete("first");
    JsonNode cost = cost();
    assertThat(sum(cost, "cost")).isEqualByComparingTo(cost.get("bill").asText()).isPositive();
    // The readiness request of serve itself, and ours.
    assertThat(sum(cost, "requests")).isEqualByComparingTo("2");
    assertThat(cost.get("rows").toString()).contains("cpu-simulated").contains("small-v3");
    end(serve, "-INT");

    serve = serve("second");
    assertThat(sum(cost(), "requests")).isEqualByComparingTo("3");
    complete("second");
    end(serve, "-KILL");

    serve = serve("third");
    assertThat(sum(cost(), "requests")).isEqualByComparingTo("5");
    end(serve, "-TERM");
    assertThat(state().resolve("pool-alive")).doesNotExist();
  }

  private Path state() {
    return folder.resolve("state");
  }

  private Process serve(String name) throws Exception {
    Process serve = start(name, "serve", "--port", "0", "--ranks", "2", "--state", state());
    Path out = folder.resolve(name);
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> !serve.isAlive() || Files.readString(out).contains("Ctrl-C stops"));
    assertThat(serve.isAlive()).as(Files.readString(out)).isTrue();
    serve.descendants().forEach(started::add);
    assertThat(serve.descendants()).hasSize(4);
    return serve;
  }

  /** Ends it with a signal and waits until neither it nor a child is left. */
  private void end(Process serve, String signal) throws Exception {
    List<ProcessHandle> children = serve.descendants().toList();
    new ProcessBuilder("kill", signal, String.valueOf(serve.pid())).start().waitFor();
    assertThat(serve.waitFor(1, TimeUnit.MINUTES)).isTrue();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  private void complete(String name) throws Exception {
    String url =
        Files.readString(folder.resolve(name))
            .lines()
            .filter(line -> line.startsWith("URL"))
            .findFirst()
            .orElseThrow()
            .substring(3)
            .strip();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/completions"))
            .header("Authorization", "Bearer " + Files.readString(state().resolve("key")))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\": \"small-v3\", \"prompt\": \"Call me\", \"max_tokens\": 4}"))
            .build();
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  private JsonNode cost() throws Exception {
    Process cost = start("cost", "cost", "-o", "json", "--by", "pool,model", "--state", state());
    assertThat(cost.waitFor(2, TimeUnit.MINUTES)).isTrue();
    String out = Files.readString(folder.resolve("cost"));
    assertThat(cost.exitValue()).as(out).isZero();
    return JSON.readTree(out);
  }

  private static BigDecimal sum(JsonNode cost, String column) {
    BigDecimal sum = BigDecimal.ZERO;
    for (JsonNode row : cost.get("rows")) {
      sum = sum.add(new BigDecimal(row.get(column).asText()));
    }
    return sum;
  }

  private Process start(String name, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    // A parent that ignores SIGINT, such as a shell's background job, would hand that on.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dguildhall.root=" + Checkout.root());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("dev.guildhall.cli.Guildhall");
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(!name.equals("cost"))
            .redirectOutput(folder.resolve(name).toFile())
            .start();
    started.add(process.toHandle());
    return process;
  }
}
