package dev.guildhall.engine.model.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

/** Methods of strings, as in Python. */
final class StringMethods {
  private StringMethods() {}

  static Callable find(String s, String name, Budget budget) {
    return switch (name) {
      case "strip" -> (args, named) -> strip(s, args, true, true);
      case "lstrip" -> (args, named) -> strip(s, args, true, false);
      case "rstrip" -> (args, named) -> strip(s, args, false, true);
      case "split" -> (args, named) -> split(s, args, named.get("maxsplit"), false);
      case "rsplit" -> (args, named) -> split(s, args, named.get("maxsplit"), true);
      case "splitlines" -> (args, named) -> new ArrayList<Object>(s.lines().toList());
      case "startswith" -> (args, named) -> any(s, args, String::startsWith);
      case "endswith" -> (args, named) -> any(s, args, String::endsWith);
      case "upper" -> (args, named) -> s.toUpperCase(Locale.ROOT);
      case "lower" -> (args, named) -> s.toLowerCase(Locale.ROOT);
      case "capitalize" -> (args, named) -> capitalize(s);
      case "title" -> (args, named) -> title(s);
      case "replace" ->
          (args, named) -> {
            long limit = args.size() > 2 ? Values.integer(args.get(2), name) : -1;
            return replace(s, text(args, 0, name), text(args, 1, name), limit, budget);
          };
      case "join" -> (args, named) -> join(s, Methods.argument(args, 0, name), budget);
      case "find" -> (args, named) -> index(s, s.indexOf(text(args, 0, name)));
      case "rfind" -> (args, named) -> index(s, s.lastIndexOf(text(args, 0, name)));
      case "count" ->
          (args, named) -> (long) pieces(s, text(args, 0, name), Long.MAX_VALUE).size() - 1;
      case "isdigit" ->
          (args, named) -> !s.isEmpty() && s.codePoints().allMatch(Character::isDigit);
      case "removeprefix" ->
          (args, named) -> {
            String prefix = text(args, 0, name);
            return s.startsWith(prefix) ? s.substring(prefix.length()) : s;
          };
      case "removesuffix" ->
          (args, named) -> {
            String suffix = text(args, 0, name);
            return s.endsWith(suffix) ? s.substring(0, s.length() - suffix.length()) : s;
          };
      default -> null;
    };
  }

  private static String text(List<Object> args, int index, String function) {
    return Values.string(Methods.argument(args, index, function), function + "()");
  }

  private static Object index(String s, int at) {
    return at < 0 ? -1L : (long) s.codePointCount(0, at);
  }

  static String strip(String s, List<Object> args, boolean left, boolean right) {
    String set = args.isEmpty() || args.getFirst() == null ? null : text(args, 0, "strip");
    int from = 0;
    int to = s.length();
    while (left && from < to && stripped(s.charAt(from), set)) {
      from++;
    }
    while (right && to > from && stripped(s.charAt(to - 1), set)) {
      to--;
    }
    return s.substring(from, to);
  }

  private static boolean stripped(char c, String set) {
    return set == null ? space(c) : set.indexOf(c) >= 0;
  }

  private static boolean space(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static boolean any(String s, List<Object> args, BiPredicate<String, String> matches) {
    Object wanted = Methods.argument(args, 0, "startswith");
    List<?> choices = wanted instanceof List<?> list ? list : List.of(text(args, 0, "startswith"));
    return choices.stream().anyMatch(c -> matches.test(s, Values.string(c, "startswith()")));
  }

  static String capitalize(String s) {
    if (s.isEmpty()) {
      return s;
    }
    int first = s.offsetByCodePoints(0, 1);
    return s.substring(0, first).toUpperCase(Locale.ROOT)
        + s.substring(first).toLowerCase(Locale.ROOT);
  }

  static String title(String s) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (char c : s.toCharArray()) {
      out.append(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return out.toString();
  }

  private static Object split(String s, List<Object> args, Object named, boolean fromRight) {
    Object separator = args.isEmpty() ? null : args.getFirst();
    Object most = args.size() > 1 ? args.get(1) : named;
    long limit = most == null ? -1 : Values.integer(most, "split()");
    limit = limit < 0 ? Long.MAX_VALUE : limit;
    if (separator == null) {
      return fields(s, limit, fromRight);
    }
    String by = Values.string(separator, "split()");
    if (by.isEmpty()) {
      throw new TemplateException("split() got an empty separator");
    }
    return fromRight ? piecesFromRight(s, by, limit) : pieces(s, by, limit);
  }

  private static List<Object> pieces(String s, String by, long limit) {
    if (by.isEmpty()) {
      throw new TemplateException("an empty string cannot be searched for");
    }
    List<Object> pieces = new ArrayList<>();
    int from = 0;
    for (int at = s.indexOf(by); at >= 0 && pieces.size() < limit; at = s.indexOf(by, from)) {
      pieces.add(s.substring(from, at));
      from = at + by.length();
    }
    pieces.add(s.substring(from));
    return pieces;
  }

  private static List<Object> piecesFromRight(String s, String by, long limit) {
    List<Object> pieces = new ArrayList<>();
    int to = s.length();
    while (pieces.size() < limit && s.lastIndexOf(by, to - by.length()) >= 0) {
      int at = s.lastIndexOf(by, to - by.length());
      pieces.addFirst(s.substring(at + by.length(), to));
      to = at;
    }
    pieces.addFirst(s.substring(0, to));
    return pieces;
  }

  /** Splits at runs of whitespace; none at the ends makes an empty field. */
  private static List<Object> fields(String s, long limit, boolean fromRight) {
    String rest = strip(s, List.of(), true, true);
    List<Object> fields = new ArrayList<>();
    while (!rest.isEmpty()) {
      int at = fromRight ? rest.length() - 1 : 0;
      int step = fromRight ? -1 : 1;
      while (at >= 0 && at < rest.length() && !space(rest.charAt(at))) {
        at += step;
      }
      if (fields.size() >= limit || at < 0 || at >= rest.length()) {
        at = fromRight ? -1 : rest.length();
      }
      if (fromRight) {
        fields.addFirst(rest.substring(at + 1));
        rest = strip(rest.substring(0, at + 1), List.of(), false, true);
      } else {
        fields.add(rest.substring(0, at));
        rest = strip(rest.substring(at), List.of(), true, false);
      }
    }
    return fields;
  }

  static String replace(String s, String from, String to, long limit, Budget budget) {
    if (from.isEmpty()) {
      throw new TemplateException("replace() got an empty string to look for");
    }
    List<Object> pieces = pieces(s, from, limit < 0 ? Long.MAX_VALUE : limit);
    budget.size(s.length() + (long) (pieces.size() - 1) * to.length());
    return String.join(to, pieces.stream().map(Object::toString).toList());
  }

  static String join(String by, Object items, Budget budget) {
    List<String> parts = new ArrayList<>();
    long size = 0;
    for (Object item : Values.items(items)) {
      parts.add(Values.text(item));
      size += parts.getLast().length() + by.length();
    }
    budget.size(size);
    return String.join(by, parts);
  }
}
