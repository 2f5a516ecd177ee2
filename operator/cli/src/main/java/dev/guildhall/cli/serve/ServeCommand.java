package dev.guildhall.cli.serve;

import dev.guildhall.cli.Checkout;
import dev.guildhall.cli.ServedLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private BackendOption backend;

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
    LocalModel model =
        LocalModel.of(folder == null ? Checkout.sampleModel() : folder, ranks, backend.usable());
    Path home = state == null ? ServedLedger.defaultState() : state.toAbsolutePath();
    long start = System.nanoTime();
    LocalPorts ports = LocalPorts.choose(port, ranks);
    try (StateLock _ = StateLock.take(home)) {
      Children children = new Children(home.resolve("logs"));
      LocalState files = LocalState.prepare(home, model, ports);
      LocalLedger ledger = new LocalLedger(files, ports, children);
      SimulatedPool pool = new SimulatedPool(ledger, home, model);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(children, pool)));
      try {
        LocalProcesses processes = new LocalProcesses(Checkout.root(), children, files, ports);
        out.printf("starting %s with %d rank%s%n", model.name(), ranks, ranks == 1 ? "" : "s");
        out.flush();
        processes.start(model);
        ledger.setUp(model);
        pool.join();
        out.printf("  ledger ready       %5.1f s%n", seconds(start));
        out.flush();
        String text = new FirstToken(files, ports, children).await(model, Duration.ofMinutes(5));
        pool.serving();
        out.printf(
            "  first real tokens  %5.1f s: \"%s\"%n",
            seconds(start), text.strip().replaceAll("\\s+", " "));
        out.println(files.greeting(model, ports));
        out.flush();
        children.awaitFirstExit();
        return 1;
      } finally {
        stop(children, pool);
      }
    }
  }

  /**
   * In an order in which gateway and ranks report their last usage to a ledger that is still there.
   * The second caller, main thread or shutdown hook, waits for the first.
   */
  private static synchronized void stop(Children children, SimulatedPool pool) {
    children.stop("gateway");
    children.stop("rank-");
    pool.leave();
    children.close();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
