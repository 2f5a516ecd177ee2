package dev.guildhall.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class StopMatcherTest {

  /**
   * The plain definition: the first stop string to be complete, the longest of several, cuts the
   * text at its beginning.
   */
  private static String oracle(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      String head = text.substring(0, end);
      int longest = stops.stream().filter(head::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return head.substring(0, end - longest);
      }
    }
    return text;
  }

  private static String inPieces(String text, List<String> stops, int size) {
    StopMatcher matcher = new StopMatcher(stops);
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length() && !matcher.stopped(); i += size) {
      shown.append(matcher.push(text.substring(i, Math.min(text.length(), i + size))));
    }
    return shown.append(matcher.end()).toString();
  }

  @Property(tries = 2000)
  void howTheTextIsDividedDoesNotMatter(
      @ForAll @StringLength(max = 40) @CharRange(from = 'a', to = 'c') String text,
      @ForAll @Size(max = 3)
          List<@StringLength(min = 1, max = 5) @CharRange(from = 'a', to = 'c') String> stops,
      @ForAll @IntRange(min = 1, max = 9) int size) {
    assertThat(inPieces(text, stops, size)).isEqualTo(oracle(text, stops));
  }

  @Property(tries = 1000)
  void whatIsShownNeverHoldsAStopString(
      @ForAll @StringLength(max = 60) @CharRange(from = 'a', to = 'b') String text,
      @ForAll @StringLength(min = 1, max = 4) @CharRange(from = 'a', to = 'b') String stop,
      @ForAll @IntRange(min = 1, max = 5) int size) {
    assertThat(inPieces(text, List.of(stop), size)).doesNotContain(stop);
  }

  @Test
  void aBeginningThatComesToNothingIsShownInTheEnd() {
    StopMatcher matcher = new StopMatcher(List.of("\n\nUser:"));
    assertThat(matcher.push("hello\n\nUs")).isEqualTo("hello");
    assertThat(matcher.push("es")).isEqualTo("\n\nUses");
    assertThat(matcher.push("\n")).isEmpty();
    assertThat(matcher.end()).isEqualTo("\n");
  }

  @Test
  void surrogatePairsAreNotTornApart() {
    StopMatcher matcher = new StopMatcher(List.of("🙃"));
    assertThat(matcher.push("a🙂")).isEqualTo("a🙂");
    assertThat(matcher.push("b🙃c")).isEqualTo("b");
    assertThat(matcher.stopped()).isTrue();
  }
}
