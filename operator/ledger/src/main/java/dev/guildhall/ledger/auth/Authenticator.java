package dev.guildhall.ledger.auth;

import java.util.Set;

/** Finds out who sent a bearer token. */
interface Authenticator {
  /** A known caller and what it may do. */
  record Caller(String name, Set<Role> roles) {}

  /**
   * Checks a token.
   *
   * @throws AuthException when it is not valid or cannot be checked
   */
  Caller authenticate(String token);
}
