package dev.guildhall.ledger;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Run-time configuration, prefix {@code guildhall.ledger}. */
@ConfigMapping(prefix = "guildhall.ledger")
public interface LedgerConfig {

  /** Folder of the H2 database; unused with a JDBC URL. */
  @WithDefault("/var/lib/guildhall/ledger")
  String data();

  /** {@code jdbc:postgresql://…}; unset: the embedded H2 database. */
  Optional<String> jdbcUrl();

  /** Database user. */
  Optional<String> jdbcUser();

  /** Database password. */
  Optional<String> jdbcPassword();

  /** File that holds the password, for mounted Secrets. */
  Optional<String> jdbcPasswordFile();

  /** Most connections to the database. */
  @WithDefault("16")
  int connections();

  /** {@code kubernetes}, {@code token-file:PATH}, or {@code none} on a loopback address. */
  @WithDefault("kubernetes")
  String auth();

  /** The one currency, ISO 4217, of GPU prices and rate cards. */
  @WithDefault("USD")
  String currency();

  /** Service accounts, {@code NAMESPACE/NAME}, by what they may call. */
  Allow allow();

  /** Allow-list per group of calls. */
  interface Allow {
    /** May reserve, commit and release. */
    @WithDefault("guildhall-system/guildhall-gateway")
    List<String> writerGateway();

    /** May write node states, rate cards and tenants. */
    @WithDefault("guildhall-system/guildhall-operator")
    List<String> writerOperator();

    /** May read costs. */
    @WithDefault("guildhall-system/guildhall-finance")
    List<String> reader();
  }
}
