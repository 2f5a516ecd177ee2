package dev.guildhall.ledger;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Says in which fields a repeated event differs from the recorded one. */
final class Differences {
  private Differences() {}

  /**
   * Does nothing when both are equal.
   *
   * @throws ConflictException naming each field that differs with both values
   */
  static <T extends Record> void requireSame(String what, T recorded, T incoming) {
    List<String> differences = new ArrayList<>();
    for (RecordComponent component : recorded.getClass().getRecordComponents()) {
      Object before = value(component, recorded);
      Object now = value(component, incoming);
      if (!Objects.equals(before, now)) {
        differences.add(component.getName() + " was " + before + ", now " + now);
      }
    }
    if (!differences.isEmpty()) {
      throw new ConflictException(
          "id_reused", what + " is recorded with other content: " + String.join("; ", differences));
    }
  }

  private static Object value(RecordComponent component, Record of) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
