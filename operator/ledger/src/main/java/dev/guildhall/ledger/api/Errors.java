package dev.guildhall.ledger.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.guildhall.ledger.BudgetExhaustedException;
import dev.guildhall.ledger.ConflictException;
import dev.guildhall.ledger.InvalidRequestException;
import dev.guildhall.ledger.UnknownException;
import dev.guildhall.ledger.auth.AuthException;
import dev.guildhall.ledger.store.StoreException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Every error as {@code {"error":{"code","field","message"}}}; {@code field} only where one is at
 * fault.
 */
class Errors {
  private static final Logger LOG = Logger.getLogger(Errors.class);

  record Body(Detail error) {}

  record Detail(String code, String field, String message) {}

  @ServerExceptionMapper
  Response invalid(InvalidRequestException e) {
    return answer(400, "invalid", e.field(), e.getMessage());
  }

  @ServerExceptionMapper
  Response unknown(UnknownException e) {
    return answer(404, e.code(), null, e.getMessage());
  }

  @ServerExceptionMapper
  Response conflict(ConflictException e) {
    return answer(409, e.code(), null, e.getMessage());
  }

  @ServerExceptionMapper
  Response exhausted(BudgetExhaustedException e) {
    return answer(402, "budget_exhausted", null, e.getMessage());
  }

  @ServerExceptionMapper
  Response denied(AuthException e) {
    return answer(
        e.status(),
        e.status() == 401 ? "unauthenticated" : e.status() == 403 ? "forbidden" : "unavailable",
        null,
        e.getMessage());
  }

  @ServerExceptionMapper
  Response unavailable(StoreException e) {
    LOG.error("the database failed", e);
    return answer(503, "unavailable", null, "the ledger's database cannot be used now; try again");
  }

  @ServerExceptionMapper
  Response http(WebApplicationException e) {
    if (e.getCause() instanceof JsonProcessingException json) {
      return json(json);
    }
    int status = e.getResponse().getStatus();
    return answer(status, status == 404 ? "no_such_call" : "refused", null, e.getMessage());
  }

  /** Quarkus maps this one itself, without a body, unless a mapper names exactly it. */
  @ServerExceptionMapper
  Response mismatch(MismatchedInputException e) {
    String field = field(e);
    return answer(400, "invalid", field, field + ": has another JSON type than this field holds");
  }

  @ServerExceptionMapper
  Response json(JsonProcessingException e) {
    String field = field(e);
    return answer(400, "invalid", field, field + ": " + e.getOriginalMessage());
  }

  private static String field(JsonProcessingException e) {
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return mapping.getPath().stream()
          .map(
              part ->
                  part.getFieldName() == null
                      ? "[" + part.getIndex() + "]"
                      : "." + part.getFieldName())
          .collect(Collectors.joining())
          .substring(1);
    }
    return "body";
  }

  private static Response answer(int status, String code, String field, String message) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(new Body(new Detail(code, field, message)))
        .build();
  }
}
