package dev.guildhall.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.devcluster.AuditEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Runs after the other classes on the same cluster: the operator was refused nothing, and every
 * right was of use.
 */
@Tag("cluster")
@Order(Integer.MAX_VALUE)
@QuarkusTest
@QuarkusTestResource(OperatorCluster.class)
class RightsClusterTest {

  @RegisterExtension final Quickstart quickstart = Quickstart.on(OperatorCluster::cluster);

  @Test
  void rightsAreThoseThatAreUsed() throws IOException {
    var events = quickstart.operatorEvents(0);
    assertThat(events.stream().filter(AuditEvent::denied)).as("used, but not granted").isEmpty();
    var unused = Rights.granted();
    unused.removeAll(Rights.used(events));
    unused.removeAll(Rights.USED_ELSEWHERE);
    assertThat(unused).as("granted, but not used").isEmpty();
  }
}
