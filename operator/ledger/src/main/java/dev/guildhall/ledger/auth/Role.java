package dev.guildhall.ledger.auth;

import java.util.Arrays;
import java.util.Optional;

/** What a caller may do. */
public enum Role {
  /** Reserves, commits and releases. */
  GATEWAY("writer-gateway"),
  /** Writes node states, rate cards and tenants. */
  OPERATOR("writer-operator"),
  /** Reads costs. */
  READER("reader");

  private final String wireName;

  Role(String wireName) {
    this.wireName = wireName;
  }

  /** The name in configuration and token files. */
  public String wireName() {
    return wireName;
  }

  static Optional<Role> ofWireName(String name) {
    return Arrays.stream(values()).filter(role -> role.wireName.equals(name)).findFirst();
  }
}
