package dev.guildhall.gateway.api;

/**
 * A request that is answered with an error in OpenAI's shape. Its message is for the caller and
 * never holds prompt text or keys.
 */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final String code;
  private final String param;
  private final long retryAfterSeconds;

  private ApiException(
      int status, String type, String code, String param, String message, long retryAfterSeconds) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** 400: a field's value cannot be used. */
  public static ApiException invalid(String param, String message) {
    return new ApiException(400, "invalid_request_error", null, param, message, 0);
  }

  /** 400: a field that this server knows and does not support. */
  public static ApiException unsupported(String param, String message) {
    return new ApiException(
        400, "invalid_request_error", "unsupported_parameter", param, message, 0);
  }

  /** 400: prompt and completion do not fit. */
  public static ApiException contextExceeded(String param, String message) {
    return new ApiException(
        400, "invalid_request_error", "context_length_exceeded", param, message, 0);
  }

  /** Another refusal of the request as such, 4xx. */
  public static ApiException refused(int status, String code, String message) {
    return new ApiException(status, "invalid_request_error", code, null, message, 0);
  }

  /** 401: no key, or not one of ours. */
  public static ApiException unauthorized(String code, String message) {
    return new ApiException(401, "invalid_request_error", code, null, message, 0);
  }

  /**
   * 404: no such model, or not for this tenant; both read the same, so that nobody learns of
   * another tenant's models.
   */
  public static ApiException noModel(String model) {
    String shown = model.length() > 100 ? model.substring(0, 100) + "…" : model;
    return new ApiException(
        404,
        "invalid_request_error",
        "model_not_found",
        "model",
        "The model `"
            + shown
            + "` does not exist or you do not have access to it. GET /v1/models lists yours.",
        0);
  }

  /** 429: a rate limit; it passes by itself. */
  public static ApiException rateLimited(String message, long retryAfterSeconds) {
    return new ApiException(
        429, "rate_limit_error", "rate_limit_exceeded", null, message, retryAfterSeconds);
  }

  /** 429: the budget is used up; waiting does not help. */
  public static ApiException quota(String message) {
    return new ApiException(429, "insufficient_quota", "insufficient_quota", null, message, 0);
  }

  /** 503: try again later. */
  public static ApiException unavailable(String code, String message, long retryAfterSeconds) {
    return new ApiException(503, "server_error", code, null, message, retryAfterSeconds);
  }

  /** 5xx: something failed here. */
  public static ApiException server(int status, String code, String message) {
    return new ApiException(status, "server_error", code, null, message, 0);
  }

  public int status() {
    return status;
  }

  public String type() {
    return type;
  }

  public String code() {
    return code;
  }

  public String param() {
    return param;
  }

  /** 0: no hint. */
  public long retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
