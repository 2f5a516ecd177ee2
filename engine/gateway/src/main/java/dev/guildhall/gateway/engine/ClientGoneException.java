package dev.guildhall.gateway.engine;

/** The client hung up; nobody reads the answer. */
public final class ClientGoneException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Carries no stack: this is ordinary. */
  public ClientGoneException() {
    super("the client hung up", null, false, false);
  }
}
