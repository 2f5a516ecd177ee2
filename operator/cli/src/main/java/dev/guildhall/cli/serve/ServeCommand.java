package dev.guildhall.cli.serve;

import dev.guildhall.cli.Checkout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code guildhall serve}: engine, gateway and ledger as processes of this machine. */
@Command(
    name = "serve",
    description = "Serves a model on this machine: ranks, gateway and ledger, without Kubernetes.")
public final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Model folder in Hugging Face layout; default: the small sample checkpoint.")
  private Path folder;

  @Option(names = "--ranks", defaultValue = "1", description = "Rank processes (default 1).")
  private int ranks;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "Port of the OpenAI-compatible API on 127.0.0.1 (default 8080).")
  private int port;

  @Option(
      names = "--state",
      description = "Folder for the ledger's database, key and logs; default: .state/serve.")
  private Path state;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    LocalModel model = LocalModel.of(folder == null ? Checkout.sampleModel() : folder, ranks);
    Path home = state == null ? Checkout.root().resolve(".state/serve") : state.toAbsolutePath();
    long start = System.nanoTime();
    LocalPorts ports = LocalPorts.choose(port, ranks);
    LocalState files = LocalState.prepare(home, model, ports);
    try (Children children = new Children(home.resolve("logs"))) {
      Thread stop = new Thread(children::close);
      Runtime.getRuntime().addShutdownHook(stop);
      LocalProcesses processes = new LocalProcesses(Checkout.root(), children, files, ports);
      out.printf("starting %s with %d rank%s%n", model.name(), ranks, ranks == 1 ? "" : "s");
      processes.start(model);
      new LocalLedger(files, ports, children).setUp(model);
      out.printf("  ledger ready       %5.1f s%n", seconds(start));
      String text = new FirstToken(files, ports, children).await(model, Duration.ofMinutes(5));
      out.printf("  first real tokens  %5.1f s: \"%s\"%n", seconds(start), text.strip());
      out.println(files.greeting(model, ports));
      out.flush();
      children.awaitFirstExit();
      return 1;
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
