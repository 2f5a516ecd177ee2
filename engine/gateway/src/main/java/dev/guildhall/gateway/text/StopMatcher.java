package dev.guildhall.gateway.text;

import java.util.List;

/**
 * Cuts a growing text at the first stop string, however the text is divided into pieces. Text that
 * could be the beginning of a stop string is held back until that is decided, so no part of a stop
 * string is ever let through. Of several stop strings the one that is complete first counts; of
 * those that are complete at the same character, the longest. Not safe for use by several threads.
 */
public final class StopMatcher {

  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  /**
   * Starts with an empty text.
   *
   * @param stops none of them empty
   */
  public StopMatcher(List<String> stops) {
    this.stops = List.copyOf(stops);
  }

  /** Adds text and returns what may be shown now; nothing more once {@link #stopped}. */
  public String push(String text) {
    if (stopped) {
      return "";
    }
    held.append(text);
    int start = firstMatch();
    if (start >= 0) {
      stopped = true;
      return take(start);
    }
    return take(held.length() - undecided());
  }

  /** The text ended: returns what was held back. */
  public String end() {
    return stopped ? "" : take(held.length());
  }

  /** Whether a stop string was seen. */
  public boolean stopped() {
    return stopped;
  }

  private String take(int length) {
    String shown = held.substring(0, length);
    held.delete(0, length);
    return shown;
  }

  private int firstMatch() {
    int bestStart = -1;
    int bestEnd = Integer.MAX_VALUE;
    for (String stop : stops) {
      int start = held.indexOf(stop);
      int end = start + stop.length();
      if (start >= 0 && (end < bestEnd || end == bestEnd && start < bestStart)) {
        bestStart = start;
        bestEnd = end;
      }
    }
    return bestStart;
  }

  /** Length of the longest end of the text that begins a stop string. */
  private int undecided() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (stop.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
