package dev.guildhall.engine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guildhall.engine.model.ModelDigest;
import dev.guildhall.proto.v1.EngineGrpc;
import dev.guildhall.proto.v1.GenerateRequest;
import dev.guildhall.proto.v1.GetStatusRequest;
import dev.guildhall.proto.v1.RankStatus;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two ranks whose model's folder comes to be another. */
class RankLifeTest {
  private static final Executor THREADS = task -> Thread.ofPlatform().start(task);

  @TempDir Path root;

  private final List<RankLife> lives = new ArrayList<>();
  private final List<CompletableFuture<String>> ends = new ArrayList<>();
  private final List<Rank> started = new CopyOnWriteArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeEach
  void begin() throws IOException {
    copy("one", "");
    copy("two", "\"routed_scaling_factor_note\": 2,");
    name("one");
    List<Integer> ports = TestGroup.freePorts(4);
    for (int rank = 0; rank < 2; rank++) {
      var options =
          OptionsReader.read(
              Map.of(
                  "GUILDHALL_MODEL_DIR", root.toString(),
                  "GUILDHALL_MODEL_PATH_FILE", root.resolve("path").toString(),
                  "GUILDHALL_MODEL_NAME", "small-v3",
                  "GUILDHALL_RANK", String.valueOf(rank),
                  "GUILDHALL_RANKS", "2",
                  "GUILDHALL_PEERS",
                      "127.0.0.1:%d,127.0.0.1:%d".formatted(ports.get(0), ports.get(1)),
                  "GUILDHALL_GRPC_PORT", String.valueOf(ports.get(rank)),
                  "GUILDHALL_HTTP_PORT", String.valueOf(ports.get(2 + rank))),
              List.of(),
              "host");
      var life = new RankLife(options, started::add);
      lives.add(life);
      ends.add(CompletableFuture.supplyAsync(() -> run(life), THREADS));
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", ports.get(rank)).usePlaintext().build());
    }
    awaitModel("one");
  }

  @AfterEach
  void end() throws Exception {
    for (RankLife life : lives) {
      life.stop();
    }
    channels.forEach(ManagedChannel::shutdownNow);
  }

  private static String run(RankLife life) {
    try {
      return life.run();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void copy(String name, String more) throws IOException {
    Path folder = Files.createDirectory(root.resolve(name));
    try (var files = Files.list(TestGroup.sample())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path config = folder.resolve("config.json");
    Files.writeString(config, Files.readString(config).replaceFirst("\\{", "{" + more));
  }

  private void name(String folder) throws IOException {
    Files.writeString(root.resolve("path"), folder + "\n");
  }

  private RankStatus status(int rank) {
    return EngineGrpc.newBlockingStub(channels.get(rank))
        .getStatus(GetStatusRequest.getDefaultInstance());
  }

  private void awaitModel(String folder) {
    String digest = ModelDigest.of(root.resolve(folder));
    await()
        .atMost(Duration.ofSeconds(90))
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(
            () ->
                List.of(0, 1).stream()
                    .map(this::status)
                    .allMatch(s -> s.getReady() && s.getModelDigest().equals(digest)));
  }

  /** Greedy tokens, one reply a token. */
  private List<Integer> generate(int count) {
    var request =
        GenerateRequest.newBuilder()
            .setRequestId("r" + System.nanoTime())
            .addAllPrompt(List.of(5, 6, 7))
            .setMaxTokens(count)
            .build();
    List<Integer> tokens = new ArrayList<>();
    EngineGrpc.newBlockingStub(channels.getFirst())
        .generate(request)
        .forEachRemaining(r -> r.getTokensList().forEach(t -> tokens.add(t.getId())));
    return tokens;
  }

  private static int status(int port, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void runningRequestsAreFinishedAndTheProcessStays() throws Exception {
    var before = List.copyOf(started);
    int http = before.getFirst().httpPort();
    List<Integer> expected = generate(200);
    var running = CompletableFuture.supplyAsync(() -> generate(200), THREADS);
    await().until(() -> status(0).getRunning() > 0);
    // Beside the answer: it may be over soon after.
    var notReadyButAlive =
        CompletableFuture.runAsync(
            () ->
                await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> status(http, "/readyz") == 503 && status(http, "/livez") == 200),
            THREADS);
    name("two");
    assertThat(running.get()).isEqualTo(expected);
    notReadyButAlive.get();
    awaitModel("two");
    assertThat(started).hasSize(4);
    assertThat(started.subList(2, 4)).doesNotContainAnyElementsOf(before);
    assertThat(status(http, "/readyz")).isEqualTo(200);
    assertThat(generate(200)).as("the same weights in another folder").isEqualTo(expected);
  }

  @Test
  void aFolderThatIsNotBelowTheRootChangesNothing() throws Exception {
    name("../elsewhere");
    Thread.sleep(1000);
    name("");
    Thread.sleep(1000);
    assertThat(status(0).getReady()).isTrue();
    assertThat(started).hasSize(2);
  }

  @Test
  void aFolderWithoutAModelEndsTheProcess() throws Exception {
    name("three");
    for (var end : ends) {
      assertThat(end.handle((_, problem) -> problem).get()).hasMessageContaining("three");
    }
    try {
      status(0);
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }
}
