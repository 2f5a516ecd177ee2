package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's slices of lists and strings. */
final class Slices {
  private Slices() {}

  static Object slice(Object of, Long from, Long to, Long step) {
    if (of instanceof String text) {
      return String.join("", pick(Values.characters(text), from, to, step));
    }
    if (of instanceof List<?> list) {
      return pick(list, from, to, step);
    }
    throw Values.unusable(of, "cannot be sliced");
  }

  private static <T> List<T> pick(List<T> list, Long from, Long to, Long step) {
    long stride = step == null ? 1 : step;
    if (stride == 0) {
      throw new TemplateException("a slice has the step 0");
    }
    int size = list.size();
    long least = stride > 0 ? 0 : -1;
    long most = stride > 0 ? size : size - 1;
    long begin = from == null ? (stride > 0 ? 0 : size - 1) : place(from, size, least, most);
    long end = to == null ? (stride > 0 ? size : -1) : place(to, size, least, most);
    List<T> picked = new ArrayList<>();
    for (long i = begin; stride > 0 ? i < end : i > end; i += stride) {
      picked.add(list.get((int) i));
    }
    return picked;
  }

  private static long place(long index, int size, long least, long most) {
    return Math.clamp(index < 0 ? index + size : index, least, most);
  }
}
