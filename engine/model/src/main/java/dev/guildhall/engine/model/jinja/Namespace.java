package dev.guildhall.engine.model.jinja;

import java.util.HashMap;
import java.util.Map;

/** What {@code namespace()} makes: the one kind of object whose attributes a template may set. */
record Namespace(Map<String, Object> attributes) {

  static Namespace of(Map<String, Object> attributes) {
    return new Namespace(new HashMap<>(attributes));
  }
}
