package dev.guildhall.ledger.auth;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Lets a call through when its bearer token belongs to a caller with one of the call's roles. */
@Provider
@Priority(Priorities.AUTHENTICATION)
class AuthFilter implements ContainerRequestFilter {
  private static final String BEARER = "Bearer ";
  private static final int MOST_CHARACTERS = 16_384;

  /** Looked up per call: filters are made at build time, before there is a configuration. */
  private final Instance<Authenticator> authenticator;

  private final ResourceInfo resource;

  AuthFilter(Instance<Authenticator> authenticator, ResourceInfo resource) {
    this.authenticator = authenticator;
    this.resource = resource;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    Allow allow = resource.getResourceMethod().getAnnotation(Allow.class);
    Authenticator.Caller caller = authenticator.get().authenticate(token(request));
    Role[] roles = allow == null ? new Role[0] : allow.value();
    if (Arrays.stream(roles).noneMatch(caller.roles()::contains)) {
      throw new AuthException(
          403,
          caller.name()
              + " may not make this call; it needs "
              + Arrays.stream(roles).map(Role::wireName).collect(Collectors.joining(" or ")));
    }
  }

  private static String token(ContainerRequestContext request) {
    String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.startsWith(BEARER) || header.length() > MOST_CHARACTERS) {
      return "";
    }
    return header.substring(BEARER.length()).strip();
  }
}
