package dev.guildhall.devcluster.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A short run of a program that does what every start of it does. */
@FunctionalInterface
interface Rehearsal {

  /**
   * Runs the program and has it end by itself.
   *
   * @param command that starts it
   * @param more flags of the Java virtual machine for the process that is watched
   * @param folder for files that nobody needs afterwards
   * @throws dev.guildhall.devcluster.DevClusterException if it does not come up, with what it said
   */
  void run(Command command, List<String> more, Path folder) throws IOException;

  /**
   * How the program is started.
   *
   * @param java the program {@code java} with its flags
   * @param jar the program's jar
   */
  record Command(List<String> java, Path jar) {}
}
