package dev.guildhall.controller.cluster;

import dev.guildhall.devcluster.DevCluster;
import dev.guildhall.devcluster.Level;
import dev.guildhall.devcluster.Options;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** A {@link Site} for the operator that Quarkus runs inside the tests' process. */
public final class OperatorCluster implements QuarkusTestResourceLifecycleManager {

  private static Site site;

  /** The cluster that the running tests use. */
  static DevCluster cluster() {
    return site.cluster();
  }

  @Override
  public Map<String, String> start() {
    try {
      site = new Site(Options.of(Level.SCHEDULED));
      var settings = new HashMap<>(site.connection());
      settings.put("guildhall.operator.scaling-window", "1s");
      settings.put("guildhall.operator.rebalance-window", "2s");
      settings.put("quarkus.http.test-port", "0");
      settings.put("quarkus.management.test-port", "0");
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (site != null) {
      site.close();
    }
  }
}
