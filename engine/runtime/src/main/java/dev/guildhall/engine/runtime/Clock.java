package dev.guildhall.engine.runtime;

/** Time, replaceable in tests. */
interface Clock {
  Clock SYSTEM =
      new Clock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public long unixMillis() {
          return System.currentTimeMillis();
        }
      };

  /** For durations. */
  long nanos();

  /** For deadlines. */
  long unixMillis();
}
