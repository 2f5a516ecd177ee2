package dev.guildhall.ledger.api;

import dev.guildhall.ledger.InvalidRequestException;
import dev.guildhall.ledger.store.Jdbc;
import java.math.BigDecimal;
import java.util.List;

/** Bounds of what requests may hold. Each method returns the value or throws, naming the field. */
final class Check {
  private static final int NAME = 253;

  private Check() {}

  static <T> T body(T body) {
    if (body == null) {
      throw new InvalidRequestException("body", "must be a JSON object");
    }
    return body;
  }

  static String name(String field, String value) {
    if (value == null || value.isBlank()) {
      throw new InvalidRequestException(field, "is required");
    }
    return text(field, value, NAME);
  }

  static String optional(String field, String value) {
    return value == null ? "" : text(field, value, NAME);
  }

  static String text(String field, String value, int most) {
    if (value.length() > most) {
      throw new InvalidRequestException(
          field, "is " + value.length() + " characters long, at most " + most + " are allowed");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidRequestException(field, "holds a control character");
    }
    return value;
  }

  static long range(String field, Long value, long least, long most) {
    if (value == null) {
      throw new InvalidRequestException(field, "is required");
    }
    if (value < least || value > most) {
      throw new InvalidRequestException(
          field, "is " + value + ", must be between " + least + " and " + most);
    }
    return value;
  }

  /** A decimal that is not negative, with at most nine digits before and after the point. */
  static BigDecimal money(String field, String value) {
    if (value == null) {
      throw new InvalidRequestException(
          field, "is required, a decimal number as a string such as \"2.00\"");
    }
    if (!value.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      throw new InvalidRequestException(
          field,
          "'"
              + text(field, value, NAME)
              + "' is not a decimal number with at most 9 digits before and 9 after the point");
    }
    return Jdbc.normal(new BigDecimal(value));
  }

  static <T> List<T> list(String field, List<T> values, int most) {
    if (values == null) {
      throw new InvalidRequestException(field, "is required");
    }
    if (values.size() > most) {
      throw new InvalidRequestException(
          field, "has " + values.size() + " entries, at most " + most + " are allowed");
    }
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) == null) {
        throw new InvalidRequestException(field + "[" + i + "]", "is null");
      }
    }
    return values;
  }
}
