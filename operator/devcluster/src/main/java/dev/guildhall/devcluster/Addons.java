package dev.guildhall.devcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What a full cluster needs besides its processes: a name server and some volumes. */
final class Addons {

  private static final int VOLUMES = 4;

  private Addons() {}

  static String dns(String image) {
    return Template.render(
        "dns.yaml",
        Map.of(
            "domain", Network.DOMAIN,
            "node", Network.NODE,
            "dns", Network.DNS_SERVICE,
            "image", image));
  }

  /** The default storage class and its volumes; makes the volumes' folders. */
  static String storage(Layout layout) throws IOException {
    StringBuilder all = new StringBuilder(Template.render("storage.yaml", Map.of()));
    for (int i = 0; i < VOLUMES; i++) {
      Path folder = layout.data("volumes").resolve("local-" + i);
      Files.createDirectories(folder);
      all.append("---\n")
          .append(
              Template.render(
                  "volume.yaml",
                  Map.of("name", "local-" + i, "path", folder.toString(), "node", Network.NODE)));
    }
    return all.toString();
  }
}
