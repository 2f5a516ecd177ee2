package dev.guildhall.simulator.trace;

/** Reads the lines of one trace format. */
interface LineFormat {

  /** A line in its own words, still without a place in the trace. */
  record Line(long micros, int input, int output, long[] blocks) {}

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  Line read(String line);

  /** Whether the first line is a heading. */
  boolean hasHeading();
}
