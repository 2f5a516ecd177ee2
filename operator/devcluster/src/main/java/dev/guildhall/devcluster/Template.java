package dev.guildhall.devcluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills <code>${name}</code> marks in the configuration files that travel with this library. */
final class Template {

  private static final Pattern MARK = Pattern.compile("\\$\\{([A-Za-z]+)}");

  private Template() {}

  /**
   * The text of a resource with every mark filled.
   *
   * @throws IllegalArgumentException if a mark has no value
   */
  static String render(String resource, Map<String, String> values) {
    return fill(text(resource), values);
  }

  static String fill(String text, Map<String, String> values) {
    return MARK.matcher(text)
        .replaceAll(
            mark -> {
              String value = values.get(mark.group(1));
              if (value == null) {
                throw new IllegalArgumentException("no value for the mark " + mark.group());
              }
              return Matcher.quoteReplacement(value);
            });
  }

  private static String text(String resource) {
    try (InputStream in = Template.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
