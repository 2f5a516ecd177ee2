package dev.guildhall.devcluster;

import java.util.Map;

/** Nodes that only kwok keeps alive: H800 machines of 8 GPUs, as the scheduler sees them. */
final class FakeNodes {

  private FakeNodes() {}

  /** One list of node objects, to apply. Racks of 8 nodes, so that topology has a second level. */
  static String manifest(int count) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < count; i++) {
      all.append("---\n")
          .append(
              Template.render(
                  "fake-node.yaml",
                  Map.of("name", "fake-h800-%04d".formatted(i), "rack", "rack-" + i / 8)));
    }
    return all.toString();
  }
}
