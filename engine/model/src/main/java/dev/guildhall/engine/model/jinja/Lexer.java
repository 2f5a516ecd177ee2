package dev.guildhall.engine.model.jinja;

import dev.guildhall.engine.model.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into tokens and strips whitespace the way chat templates expect it: {@code
 * trim_blocks} and {@code lstrip_blocks} on, one newline at the end dropped, and {@code -} or
 * {@code +} beside a tag's bracket overriding both.
 */
final class Lexer {
  private static final Pattern OPEN = Pattern.compile("\\{[%{#]");
  private static final Pattern RAW =
      Pattern.compile(
          "\\{%([-+]?)\\s*raw\\s*(-?)%\\}\\n?(.*?)\\{%(-?)\\s*endraw\\s*([-+]?)%\\}",
          Pattern.DOTALL);
  private static final Pattern NUMBER =
      Pattern.compile("\\d[\\d_]*(\\.\\d[\\d_]*)?([eE][-+]?\\d+)?");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern OPERATOR =
      Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+*/%~\\[\\](){}<>=.:|,;]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    Matcher open = OPEN.matcher(source);
    while (open.find(at)) {
      int start = open.start();
      char kind = source.charAt(start + 1);
      char sign = start + 2 < source.length() ? source.charAt(start + 2) : ' ';
      text(leading(source.substring(at, start), sign, kind != '{'), at);
      at = start;
      if (kind == '#') {
        comment();
      } else if (kind != '%' || !raw()) {
        tag(kind == '%', sign == '-' || sign == '+' ? 3 : 2);
      }
    }
    text(source.substring(at), at);
    add(Kind.END, "", source.length());
  }

  /** Text before a tag, with what the tag's sign or {@code lstrip_blocks} takes from its end. */
  private String leading(String text, char sign, boolean block) {
    if (sign == '-') {
      return text.stripTrailing();
    }
    int line = text.lastIndexOf('\n') + 1;
    boolean whole = line > 0 || lineStarting;
    boolean strip = block && sign != '+' && whole && text.substring(line).isBlank();
    return strip ? text.substring(0, line) : text;
  }

  private void comment() {
    int end = source.indexOf("#}", at + 2);
    if (end < 0) {
      throw TemplateException.at(line(at), "a comment has no end");
    }
    char sign = end > at + 2 ? source.charAt(end - 1) : ' ';
    at = end + 2;
    trailing(sign, true);
  }

  private boolean raw() {
    Matcher raw = RAW.matcher(source).region(at, source.length());
    if (!raw.lookingAt()) {
      return false;
    }
    String text = raw.group(3);
    text = raw.group(2).equals("-") ? text.stripLeading() : text;
    text(raw.group(4).equals("-") ? text.stripTrailing() : text, raw.start(3));
    at = raw.end();
    trailing(raw.group(5).isEmpty() ? ' ' : raw.group(5).charAt(0), true);
    return true;
  }

  private void tag(boolean block, int width) {
    int start = at;
    add(block ? Kind.BLOCK_BEGIN : Kind.OUTPUT_BEGIN, "", at);
    at += width;
    String close = block ? "%}" : "}}";
    Deque<Character> brackets = new ArrayDeque<>();
    while (true) {
      skipSpace();
      if (at >= source.length()) {
        throw TemplateException.at(line(start), "a tag has no end");
      }
      char c = source.charAt(at);
      int sign = c == '-' || (c == '+' && block) ? 1 : 0;
      if (brackets.isEmpty() && source.startsWith(close, at + sign)) {
        add(block ? Kind.BLOCK_END : Kind.OUTPUT_END, "", at);
        at += sign + 2;
        trailing(sign == 1 ? c : ' ', block);
        return;
      }
      inside(c, brackets);
    }
  }

  /** Eats what a tag's end takes from the text behind it. */
  private void trailing(char sign, boolean block) {
    int before = at;
    if (sign == '-') {
      skipSpace();
    } else if (block && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
      at++;
    }
    lineStarting = at > before && source.charAt(at - 1) == '\n';
  }

  private void inside(char c, Deque<Character> brackets) {
    if (c == '\'' || c == '"') {
      string(c);
    } else if (!match(NUMBER, Kind.INTEGER) && !match(NAME, Kind.NAME)) {
      if (!match(OPERATOR, Kind.OPERATOR)) {
        throw TemplateException.at(line(at), "unexpected character '" + c + "'");
      }
      if ("([{".indexOf(c) >= 0) {
        brackets.push(c);
      } else if (")]}".indexOf(c) >= 0
          && (brackets.isEmpty() || "([{".indexOf(brackets.pop()) != ")]}".indexOf(c))) {
        throw TemplateException.at(line(at), "'" + c + "' closes nothing");
      }
    }
  }

  private boolean match(Pattern pattern, Kind kind) {
    Matcher matcher = pattern.matcher(source).region(at, source.length());
    if (!matcher.lookingAt()) {
      return false;
    }
    String text = matcher.group();
    boolean decimal =
        kind == Kind.INTEGER && (matcher.group(1) != null || matcher.group(2) != null);
    add(decimal ? Kind.FLOAT : kind, kind == Kind.INTEGER ? text.replace("_", "") : text, at);
    at = matcher.end();
    return true;
  }

  private void string(char quote) {
    int start = at++;
    StringBuilder value = new StringBuilder();
    while (at < source.length() && source.charAt(at) != quote) {
      if (source.charAt(at) == '\\' && at + 1 < source.length()) {
        escape(value);
      } else {
        value.append(source.charAt(at++));
      }
    }
    if (at++ >= source.length()) {
      throw TemplateException.at(line(start), "a string has no end");
    }
    add(Kind.STRING, value.toString(), start);
  }

  private void escape(StringBuilder value) {
    char c = source.charAt(at + 1);
    at += 2;
    switch (c) {
      case 'n' -> value.append('\n');
      case 't' -> value.append('\t');
      case 'r' -> value.append('\r');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case '0' -> value.append('\0');
      case '\\', '\'', '"' -> value.append(c);
      case '\n' -> {}
      case 'x' -> hex(value, 2);
      case 'u' -> hex(value, 4);
      case 'U' -> hex(value, 8);
      default -> value.append('\\').append(c);
    }
  }

  private void hex(StringBuilder value, int digits) {
    try {
      value.appendCodePoint(Integer.parseInt(source, at, at + digits, 16));
      at += digits;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw TemplateException.at(line(at), "a string has a broken escape");
    }
  }

  private void skipSpace() {
    while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
      at++;
    }
  }

  private void text(String text, int position) {
    if (!text.isEmpty()) {
      add(Kind.TEXT, text, position);
    }
  }

  private void add(Kind kind, String text, int position) {
    tokens.add(new Token(kind, text, line(position)));
  }

  private int countedTo;
  private int lines = 1;

  private int line(int position) {
    for (; countedTo < position; countedTo++) {
      if (source.charAt(countedTo) == '\n') {
        lines++;
      }
    }
    return lines;
  }
}
