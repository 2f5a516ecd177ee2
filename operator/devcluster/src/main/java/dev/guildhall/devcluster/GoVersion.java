package dev.guildhall.devcluster;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a Go compiler, from what {@code go version} prints. */
record GoVersion(int major, int minor, int patch) {

  private static final Pattern TEXT = Pattern.compile("go(\\d+)\\.(\\d+)(?:\\.(\\d+))?");

  static GoVersion parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.find()) {
      return new GoVersion(0, 0, 0);
    }
    int patch = m.group(3) == null ? 0 : Integer.parseInt(m.group(3));
    return new GoVersion(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), patch);
  }

  /**
   * Whether it compiles the modules of the folder {@code go}, whose newest asks for 1.26.6.
   *
   * @param fetches whether it may fetch a newer compiler, as Go does from 1.21 on
   */
  boolean builds(boolean fetches) {
    int[] need = {1, 26, 6};
    int[] have = {major, minor, patch};
    return Arrays.compare(have, need) >= 0 || (fetches && (major > 1 || minor >= 21));
  }
}
