package dev.guildhall.engine.model.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The {@code loop} of a for statement. */
final class LoopVariable {
  private LoopVariable() {}

  static Map<String, Object> at(List<Object> items, int index) {
    long size = items.size();
    Map<String, Object> loop = new HashMap<>();
    loop.put("index", index + 1L);
    loop.put("index0", (long) index);
    loop.put("revindex", size - index);
    loop.put("revindex0", size - index - 1);
    loop.put("first", index == 0);
    loop.put("last", index == size - 1);
    loop.put("length", size);
    loop.put("previtem", index > 0 ? items.get(index - 1) : new Undefined("loop.previtem"));
    loop.put("nextitem", index + 1 < size ? items.get(index + 1) : new Undefined("loop.nextitem"));
    loop.put("cycle", (Callable) (args, named) -> args.get(index % args.size()));
    return loop;
  }
}
