package dev.guildhall.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The processes in pods: the cluster's only node is this machine, so the host sees them all.
 * Deleting a pod by force does not kill its process: the kubelet still lets it end in its own time.
 */
final class Processes {
  private Processes() {}

  /** Ends the processes of pods at once, as a crash would; the kubelet starts them anew. */
  static void kill(String... pods) {
    Set<String> names = Set.of(pods);
    long killed =
        ProcessHandle.allProcesses()
            .filter(process -> names.contains(hostname(process.pid())))
            .filter(ProcessHandle::destroyForcibly)
            .count();
    assertThat(killed).as("processes of %s", names).isGreaterThanOrEqualTo(pods.length);
  }

  /** Ends the processes of all pods that a label selector matches. */
  static void killAll(String namespace, String selector) {
    kill(Pod.list(namespace, selector).stream().map(Pod::name).toArray(String[]::new));
  }

  /** Whether a process of a pod has this file of its image in memory. */
  static boolean has(String pod, String file) {
    return ProcessHandle.allProcesses()
        .filter(process -> hostname(process.pid()).equals(pod))
        .anyMatch(process -> read("/proc/" + process.pid() + "/maps").contains(" " + file));
  }

  /** What a process takes its host to be called: in a container the name of its pod. */
  private static String hostname(long pid) {
    for (String variable : read("/proc/" + pid + "/environ").split("\0")) {
      if (variable.startsWith("HOSTNAME=")) {
        return variable.substring("HOSTNAME=".length());
      }
    }
    return "";
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException endedOrOfAnother) {
      return "";
    }
  }
}
