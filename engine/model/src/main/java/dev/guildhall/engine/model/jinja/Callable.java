package dev.guildhall.engine.model.jinja;

import java.util.List;
import java.util.Map;

/** Something a template can call. */
@FunctionalInterface
interface Callable {
  Object call(List<Object> args, Map<String, Object> named);
}
