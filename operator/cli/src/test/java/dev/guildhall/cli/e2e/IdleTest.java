package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * With nothing changing, the operator writes nothing, over more than one resync; the API server's
 * audit log is the witness.
 */
@Tag("quickstart")
@ExtendWith(QuickstartCluster.class)
class IdleTest {
  /** A resync and some more. */
  private static final long RESYNC_MILLIS = 75_000;

  private static final int TRIES = 4;
  private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");

  @Test
  void unchangedResourcesAreNotWritten() throws Exception {
    Shell.kubectl(
            "-n",
            "quickstart",
            "wait",
            "--for=condition=Ready",
            "modeldeployment/small-v3",
            "--timeout=120s")
        .orFail();
    for (int tries = 1; ; tries++) {
      String spent = spent();
      Instant from = Instant.now();
      Thread.sleep(RESYNC_MILLIS);
      List<String> writes = writesSince(from);
      // What earlier requests spent or reserved is told at a resync: something did change then.
      if (tries == TRIES || spent().equals(spent)) {
        assertThat(writes).isEmpty();
        return;
      }
    }
  }

  private static String spent() {
    return Quickstart.get("tenants", "{.items[*].status.spend} {.items[*].status.keys}");
  }

  private static List<String> writesSince(Instant from) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<String> writes = new ArrayList<>();
    Path state = Path.of(System.getenv().getOrDefault("GUILDHALL_STATE", "/var/lib/guildhall"));
    for (String line : Files.readAllLines(state.resolve("log/audit.log"))) {
      JsonNode event = json.readTree(line);
      if (event.at("/user/username").asText().endsWith(":guildhall-operator")
          && WRITES.contains(event.path("verb").asText())
          && !"leases".equals(event.at("/objectRef/resource").asText())
          && Instant.parse(event.path("requestReceivedTimestamp").asText()).isAfter(from)) {
        writes.add(event.path("verb").asText() + " " + event.path("requestURI").asText());
      }
    }
    return writes;
  }
}
