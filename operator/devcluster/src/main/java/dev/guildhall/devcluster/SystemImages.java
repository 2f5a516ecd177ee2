package dev.guildhall.devcluster;

import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.nio.file.Path;
import java.time.Instant;

/** Images of the cluster's own: one static program each. */
final class SystemImages {

  static final String COREDNS = "guildhall.dev/coredns:1.15.0";

  private static final String NOBODY = "65532:65532";

  private final ImageBuilder builder;
  private final Binaries binaries;

  SystemImages(Cache cache, Binaries binaries) {
    this.builder = new ImageBuilder(cache);
    this.binaries = binaries;
  }

  ContainerImage pause() {
    return program(Node.PAUSE_IMAGE, binaries.pause());
  }

  ContainerImage coredns() {
    return program(COREDNS, binaries.coredns());
  }

  /** The folder's name has the digest of all that made the program. */
  private ContainerImage program(String name, Path program) {
    String key = new Digest().add("program", program.getParent().getFileName().toString()).key();
    return builder.build(name, key, () -> describe(program));
  }

  private static JibContainerBuilder describe(Path program) {
    String target = "/" + program.getFileName();
    FileEntriesLayer layer =
        FileEntriesLayer.builder()
            .setName("program")
            .addEntry(
                program,
                AbsoluteUnixPath.get(target),
                FilePermissions.fromOctalString("755"),
                Instant.EPOCH)
            .build();
    return Jib.fromScratch().addFileEntriesLayer(layer).setEntrypoint(target).setUser(NOBODY);
  }
}
