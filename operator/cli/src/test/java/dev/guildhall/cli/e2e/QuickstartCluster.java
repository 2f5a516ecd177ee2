package dev.guildhall.cli.e2e;

import dev.guildhall.cli.up.Kubectl;
import java.time.Duration;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * {@code guildhall up}, once for all test classes that ask for it. A cluster that was there before
 * is used and left; one that the tests brought up is taken down when the last class is done.
 */
public final class QuickstartCluster implements BeforeAllCallback {

  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(QuickstartCluster.class);

  /** The output of {@code guildhall up} that made the cluster ready for these tests. */
  record Up(String output, boolean wasThere) implements AutoCloseable {
    @Override
    public void close() {
      if (!wasThere) {
        Shell.guildhall(Duration.ofMinutes(5), "down").orFail();
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    up(context);
  }

  static Up up(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(SPACE)
        .getOrComputeIfAbsent(
            "up",
            key -> {
              boolean there =
                  Kubectl.hasCluster() && Shell.kubectl("get", "--raw", "/readyz").code() == 0;
              return new Up(Shell.guildhall(Duration.ofMinutes(45), "up").orFail(), there);
            },
            Up.class);
  }
}
