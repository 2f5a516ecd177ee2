package dev.guildhall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What holds for every command, whoever adds one. */
class CommandsTest {

  /** A new command states here whether it prints a table. */
  private static final Set<String> TABLES =
      Set.of(
          "bench controlplane",
          "bench cpu",
          "bench cuda",
          "bench placement",
          "cost",
          "simulate decision",
          "simulate serving",
          "verify");

  private static final Set<String> OTHERS =
      Set.of("chat", "down", "package cuda", "serve", "setup cuda", "up");

  record Result(int code, String out, String err) {}

  static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Guildhall.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Result(code, out.toString(), err.toString());
  }

  static Stream<String> commands() {
    List<String> leaves = new ArrayList<>();
    collect(Guildhall.commandLine(), "", leaves);
    // kubectl has its own options and errors.
    return leaves.stream().filter(name -> !name.equals("kubectl"));
  }

  private static void collect(CommandLine line, String name, List<String> leaves) {
    if (line.getSubcommands().isEmpty()) {
      leaves.add(name.strip());
    }
    line.getSubcommands().forEach((sub, each) -> collect(each, name + " " + sub, leaves));
  }

  private static String[] with(String command, String... more) {
    return Stream.concat(Stream.of(command.split(" ")), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void everyCommandIsKnownHere() {
    assertThat(commands())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(TABLES.stream(), OTHERS.stream()).toList());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void hasHelp(String command) {
    Result help = run(with(command, "--help"));
    assertThat(help.code()).isZero();
    assertThat(help.out()).startsWith("Usage: guildhall " + command);
    assertThat(help.err()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void wrongOptionIsOneLineAndStatus2(String command) {
    Result wrong = run(with(command, "--no-such-option"));
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err().lines())
        .singleElement()
        .asString()
        .startsWith("guildhall: ")
        .endsWith("see 'guildhall " + command + " --help'");
    assertThat(wrong.out()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whatPrintsATableAlsoPrintsJson(String command) {
    CommandLine line = Guildhall.commandLine();
    for (String word : command.split(" ")) {
      line = line.getSubcommands().get(word);
    }
    var option = line.getCommandSpec().findOption("-o");
    assertThat(option != null).isEqualTo(TABLES.contains(command));
    if (option != null) {
      assertThat(option.completionCandidates())
          .anyMatch("json"::equalsIgnoreCase)
          .anyMatch("table"::equalsIgnoreCase);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chat no-such-folder",
        "serve no-such-folder",
        "verify no-such-folder",
        "bench cpu no-such-folder",
        "cost --ledger http://127.0.0.1:1 --token-file no-such-file",
        "cost --ledger http://127.0.0.1:1 --state no-such-folder",
        "cost --state no-such-folder",
        "simulate decision pom.xml",
        "simulate decision no-such-file"
      })
  void failureIsOneLineAndStatus1(String command) {
    Result failed = run(command.split(" "));
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err().lines()).singleElement().asString().startsWith("guildhall: ");
  }

  @Test
  void noLedgerAtTheAddressIsSaid(@org.junit.jupiter.api.io.TempDir java.nio.file.Path folder)
      throws Exception {
    var token = java.nio.file.Files.writeString(folder.resolve("token"), "secret");
    Result failed = run("cost", "--ledger", "http://127.0.0.1:1", "--token-file", token.toString());
    assertThat(failed.err())
        .isEqualToIgnoringNewLines("guildhall: no ledger answers at http://127.0.0.1:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cost -o xml",
        "cost --from yesterday",
        "serve --ranks two",
        "bench controlplane --rounds -1",
        "bench placement --repeats 0",
        "bench cuda --rounds 0",
        "nonsense"
      })
  void wrongValueIsStatus2(String command) {
    Result wrong = run(command.split(" "));
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err().lines()).singleElement().asString().startsWith("guildhall: ");
  }
}
