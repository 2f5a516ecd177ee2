package dev.guildhall.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guildhall.cli.Checkout;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chat} as a process, with the small checkpoint. */
class ChatTest {
  @TempDir Path folder;

  @Test
  void interruptCancelsTheAnswerAndExitEndsTheTalk() throws Exception {
    Process chat = start("chat", "--max-tokens", "1500", "--temperature", "0");
    try (Writer in = chat.outputWriter()) {
      in.write("Call me Ishmael.\n");
      in.flush();
      await().atMost(Duration.ofMinutes(2)).until(() -> Files.size(out()) > 40);
      new ProcessBuilder("kill", "-INT", String.valueOf(chat.pid())).start().waitFor();
      in.write("/reset\n/exit\nnot read any more\n");
    }
    assertThat(chat.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(chat.exitValue()).isZero();
    assertThat(Files.readString(out())).endsWith("\n(a new conversation)\n").hasSizeLessThan(4000);
  }

  @Test
  void pipedTextIsAnsweredLineByLine() throws Exception {
    Process chat = start("chat", "--max-tokens", "4", "--temperature", "0");
    try (Writer in = chat.outputWriter()) {
      in.write("Call me Ishmael. Some years ago\n");
    }
    assertThat(chat.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(chat.exitValue()).isZero();
    assertThat(Files.readString(out())).startsWith(", I have").doesNotContain(">");
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Process start(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dguildhall.root=" + Checkout.root(),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.guildhall.cli.Guildhall"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(out().toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }
}
