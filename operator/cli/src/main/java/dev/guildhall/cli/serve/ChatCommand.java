package dev.guildhall.cli.serve;

import dev.guildhall.cli.Checkout;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code guildhall chat}: a model in this process, in the terminal. */
@Command(
    name = "chat",
    description =
        "Talks to a model in the terminal; /reset starts over, /exit ends, Ctrl-C cancels an answer.")
public final class ChatCommand implements Callable<Integer> {
  private static final Set<String> END = Set.of("/exit", "/quit");

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Model folder in Hugging Face layout; default: the small sample checkpoint.")
  private Path folder;

  @Mixin private BackendOption backend;

  @Option(names = "--prompt", description = "Answer this text and end.")
  private String prompt;

  @Option(names = "--max-tokens", defaultValue = "120", description = "Most tokens of an answer.")
  private int maxTokens;

  @Option(
      names = "--temperature",
      description = "0: always the likeliest token; default: the model's own.")
  private Float temperature;

  @Option(names = "--seed", description = "The same seed gives the same answers.")
  private Long seed;

  @Option(
      names = "--raw",
      description = "Continue the text as it stands, without the model's chat template.")
  private boolean raw;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    LocalModel model =
        LocalModel.of(folder == null ? Checkout.sampleModel() : folder, 1, backend.usable());
    boolean sample = isSample(model.folder());
    if (sample) {
      spec.commandLine()
          .getErr()
          .println(
              "This is the small sample checkpoint: it continues text (speeches, a novel, Python"
                  + " code) and does not answer questions.");
    }
    Conversation.Settings settings =
        new Conversation.Settings(raw || sample, maxTokens, temperature, seed);
    try (Conversation conversation = Conversation.open(model, settings)) {
      if (prompt != null) {
        say(conversation, prompt, out);
      } else {
        talk(conversation, out);
      }
    }
    return 0;
  }

  private static boolean isSample(Path folder) throws IOException {
    Path sample = Checkout.sampleModel();
    return Files.isDirectory(sample) && Files.isSameFile(sample, folder);
  }

  private void talk(Conversation conversation, PrintWriter out) throws IOException {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    Interrupts.handle(
        () -> {
          if (!conversation.cancel()) {
            Runtime.getRuntime().exit(130);
          }
        });
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (true) {
      if (terminal) {
        out.print("> ");
        out.flush();
      }
      String line = in.readLine();
      if (line == null || END.contains(line.strip())) {
        return;
      }
      if (line.strip().equals("/reset")) {
        conversation.reset();
        out.println("(a new conversation)");
      } else if (!line.isBlank()) {
        sayOrExplain(conversation, line, out);
      }
    }
  }

  /** One answer that fails does not end the talk. */
  private void sayOrExplain(Conversation conversation, String line, PrintWriter out) {
    try {
      say(conversation, line, out);
    } catch (ServeException e) {
      spec.commandLine().getErr().println("guildhall: " + e.getMessage());
    }
  }

  private static void say(Conversation conversation, String text, PrintWriter out) {
    conversation.say(
        text,
        piece -> {
          out.print(piece);
          out.flush();
        });
    out.println();
    out.flush();
  }
}
