package dev.guildhall.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeTest {
  private static final Path SAMPLE =
      Path.of(System.getProperty("guildhall.root", "../.."))
          .toAbsolutePath()
          .normalize()
          .resolve("manifests/samples/models/small-v3");

  @TempDir Path folder;

  @Test
  void missingFolderIsNamed() {
    assertThatExceptionOfType(ServeException.class)
        .isThrownBy(() -> LocalModel.of(folder.resolve("nothing"), 1, "cpu"))
        .withMessageContaining("there is no folder")
        .withMessageContaining("nothing");
  }

  @Test
  void expertsMustDivideOverTheRanks() {
    assertThatExceptionOfType(ServeException.class)
        .isThrownBy(() -> LocalModel.of(SAMPLE, 3, "cpu"))
        .withMessageContaining("32 experts must divide");
  }

  @Test
  void takenPortIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(ServeException.class)
          .isThrownBy(() -> LocalPorts.choose(taken.getLocalPort(), 1))
          .withMessageContaining("port " + taken.getLocalPort())
          .withMessageContaining("--port");
    }
  }

  @Test
  void portsAreDistinct() throws IOException {
    LocalPorts ports = LocalPorts.choose(0, 4);
    HashSet<Integer> all = new HashSet<>(ports.grpc());
    all.addAll(ports.http());
    all.addAll(
        List.of(
            ports.gateway(), ports.gatewayManagement(), ports.ledger(), ports.ledgerManagement()));
    assertThat(all).hasSize(12);
  }

  @Test
  void stateHoldsTheKeyPrivatelyAndRoutesHoldItsHash() throws IOException {
    LocalModel model = LocalModel.of(SAMPLE, 2, "cpu");
    LocalPorts ports = LocalPorts.choose(0, 2);
    LocalState state = LocalState.prepare(folder, model, ports);
    assertThat(LocalState.prepare(folder, model, ports).key()).isEqualTo(state.key());
    for (String secret : List.of("key", "gateway-token", "ledger-tokens")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.file(secret))))
          .isEqualTo("rw-------");
    }
    String routes = Files.readString(state.file("gateway.json"));
    assertThat(routes).doesNotContain(state.key());
    JsonNode json = new ObjectMapper().readTree(routes);
    assertThat(json.at("/models/0/groups/0/ranks")).hasSize(2);
    assertThat(json.at("/tenants/0/keys/0/sha256").asText()).hasSize(64);
  }

  @Test
  void childThatEndsIsNamedWithTheEndOfItsLog() throws IOException {
    try (Children children = new Children(folder)) {
      children.start("gateway", List.of("sh", "-c", "echo out of luck; exit 3"), Map.of());
      assertThatExceptionOfType(ServeException.class)
          .isThrownBy(children::awaitFirstExit)
          .withMessageContaining("gateway ended with status 3")
          .withMessageContaining("out of luck");
    }
  }

  @Test
  void closingStopsChildren() throws IOException {
    Children children = new Children(folder);
    Path pid = folder.resolve("pid");
    children.start(
        "rank-0", List.of("sh", "-c", "echo $$ > " + pid + "; exec sleep 600"), Map.of());
    await().until(() -> Files.exists(pid) && Files.size(pid) > 0);
    long id = Long.parseLong(Files.readString(pid).strip());
    children.close();
    assertThat(ProcessHandle.of(id).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }

  @Test
  void chatContinuesTheSampleText() throws IOException {
    StringBuilder answer = new StringBuilder();
    Conversation.Settings settings = new Conversation.Settings(true, 12, 0f, null);
    try (Conversation conversation = Conversation.open(LocalModel.of(SAMPLE, 1, "cpu"), settings)) {
      conversation.say("Call me Ishmael. Some years ago", answer::append);
    }
    assertThat(answer.toString()).startsWith(", I have seen the\nmast-heads");
  }
}
