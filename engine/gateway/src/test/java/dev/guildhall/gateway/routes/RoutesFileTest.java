package dev.guildhall.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.gateway.GatewayMetrics;
import dev.guildhall.gateway.support.Await;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesFileTest {

  @TempDir Path folder;

  private static String model(String name) {
    return "{\"models\": [{\"name\": \""
        + name
        + "\", \"deployment\": \"d\", \"maxContextTokens\": 9}]}";
  }

  @Test
  void aChangeIsSeenAndABadOneLeavesTheLastGoodRoutes() throws IOException {
    Path file = folder.resolve("gateway.json");
    GatewayMetrics metrics = new GatewayMetrics();
    Routes routes = new Routes(metrics);
    try (RoutesFile source = new RoutesFile(file, routes)) {
      source.start();
      assertThat(routes.current()).as("the file is not there yet").isEmpty();
      Files.writeString(file, model("one"));
      Await.until("the first routes", () -> has(routes, "one"));
      Files.writeString(file, "{ half of a docu");
      Files.writeString(folder.resolve("salt.key"), "k");
      Await.until("the bad routes were read", () -> rejected(metrics));
      assertThat(has(routes, "one")).isTrue();
      Files.writeString(file, model("second"));
      Await.until("the next routes", () -> has(routes, "second"));
    }
  }

  private static boolean rejected(GatewayMetrics metrics) {
    return metrics.registry().scrape().stream()
        .filter(
            snapshot ->
                snapshot.getMetadata().getName().equals("guildhall_gateway_routes_rejected"))
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .anyMatch(point -> ((CounterSnapshot.CounterDataPointSnapshot) point).getValue() > 0);
  }

  private static boolean has(Routes routes, String name) {
    return routes.current().map(t -> t.models().containsKey(name)).orElse(false);
  }
}
