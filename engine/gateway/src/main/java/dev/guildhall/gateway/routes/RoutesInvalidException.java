package dev.guildhall.gateway.routes;

/** A route document that cannot be used; says which field and why, never its secrets. */
public final class RoutesInvalidException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RoutesInvalidException(String path, String problem) {
    super("gateway routes: " + path + ": " + problem);
  }
}
