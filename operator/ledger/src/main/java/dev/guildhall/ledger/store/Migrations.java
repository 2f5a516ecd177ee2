package dev.guildhall.ledger.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * Brings a database to this program's schema. Scripts are named here because a class path cannot be
 * listed reliably once the application is packaged.
 */
final class Migrations implements ResourceProvider {
  private static final List<String> SCRIPTS =
      List.of("V1__ledger.sql", "V2__prefill_elsewhere.sql");

  private Migrations() {}

  static void run(DataSource database) {
    Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(database)
        .resourceProvider(new Migrations())
        .load()
        .migrate();
  }

  @Override
  public LoadableResource getResource(String name) {
    return SCRIPTS.contains(name) ? new Script(name) : null;
  }

  @Override
  public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
    return SCRIPTS.stream()
        .filter(name -> name.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(name::endsWith))
        .<LoadableResource>map(Script::new)
        .toList();
  }

  private static final class Script extends LoadableResource {
    private final String name;

    Script(String name) {
      this.name = name;
    }

    @Override
    public Reader read() {
      InputStream script = Migrations.class.getResourceAsStream("/db/migration/" + name);
      if (script == null) {
        throw new UncheckedIOException(new IOException("migration " + name + " is not in the jar"));
      }
      return new InputStreamReader(script, StandardCharsets.UTF_8);
    }

    @Override
    public String getAbsolutePath() {
      return "db/migration/" + name;
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return getAbsolutePath();
    }

    @Override
    public String getFilename() {
      return name;
    }

    @Override
    public String getRelativePath() {
      return name;
    }
  }
}
