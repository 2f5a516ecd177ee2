package dev.guildhall.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guildhall.gateway.support.Api;
import dev.guildhall.gateway.support.Await;
import dev.guildhall.gateway.support.FakeLedger;
import dev.guildhall.gateway.support.RealRank;
import dev.guildhall.gateway.support.Stack;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The official OpenAI clients, unmodified, against the gateway and a real rank with the small
 * checkpoint.
 */
@QuarkusTest
@WithTestResource(RealRank.class)
class OpenAiClientsTest {

  private static final Path SCRIPTS = Path.of("src/test/clients");

  FakeLedger ledger;
  Api api;

  @BeforeEach
  void ready() {
    api = new Api(Stack.port(), Stack.ACME);
    Await.until("a ready rank", () -> api.chat(", 'max_tokens': 1").status() == 200);
  }

  @Test
  void python() throws Exception {
    Path folder = installed("python", "requirements.txt");
    run(folder, folder.resolve("bin/python").toString(), "python/check.py");
  }

  @Test
  void node() throws Exception {
    run(installed("node", "package-lock.json"), "node", "node/check.mjs");
  }

  @Test
  void greedyTextIsTheCheckpointsOwn() {
    JsonNode expected = expected();
    Api.Reply reply =
        api.post(
            "/v1/completions",
            "{'model': 'small-v3', 'prompt': '"
                + expected.path("prompt").asText()
                + "', 'temperature': 0, 'max_tokens': 48}");
    assertThat(reply.json().at("/choices/0/text").asText())
        .isEqualTo(expected.path("text").asText());
  }

  @Test
  void aRepeatedPromptIsCachedForItsTenantAndBilledSo() {
    String body =
        "{'model': 'small-v3', 'max_tokens': 2, 'prompt': '"
            + "The whale swam on through the night. ".repeat(6)
            + "'}";
    api.post("/v1/completions", body);
    Api.Reply again = api.post("/v1/completions", body);
    assertThat(again.json().at("/usage/prompt_tokens_details/cached_tokens").asInt()).isPositive();
    assertThat(again.json().at("/x_guildhall/charge").asText()).isNotBlank();
    assertThat(ledger.usage().values())
        .anyMatch(u -> u.path("cachedTokens").asInt() > 0 && u.path("decodeNanos").asLong() > 0);
    assertThat(ledger.conflicts()).isEmpty();
  }

  /** What the checkpoint says in exact arithmetic. */
  private static JsonNode expected() {
    try {
      return new ObjectMapper()
          .readTree(Stack.model().resolve("expected.json").toFile())
          .at("/greedy/1");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The folder that {@code .ci/install} made; its name is a hash of what it holds. */
  private static Path installed(String client, String lock) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(Files.readAllBytes(SCRIPTS.resolve(client).resolve(lock)));
    String home =
        System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache")
            + "/guildhall";
    Path folder =
        Path.of(
            System.getenv().getOrDefault("GUILDHALL_CACHE", home),
            "clients",
            client + "-" + HexFormat.of().formatHex(digest).substring(0, 16));
    boolean there = Files.exists(folder.resolve("complete"));
    if (Boolean.getBoolean("guildhall.require.tools") || "true".equals(System.getenv("CI"))) {
      assertThat(there).as("run .ci/install: " + folder + " is missing").isTrue();
    }
    assumeTrue(there, "run .ci/install to test with the OpenAI client for " + client);
    return folder;
  }

  private static void run(Path folder, String program, String script)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(program, SCRIPTS.resolve(script).toString()).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "BASE_URL",
                "http://127.0.0.1:" + Stack.port() + "/v1",
                "API_KEY",
                Stack.ACME,
                "POOR_KEY",
                Stack.POOR,
                "MODEL",
                "small-v3",
                "CLIENT_DIR",
                folder.toString()));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("checks");
  }
}
