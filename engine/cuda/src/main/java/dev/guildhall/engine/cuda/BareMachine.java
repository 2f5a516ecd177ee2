package dev.guildhall.engine.cuda;

import dev.guildhall.engine.model.verify.CheckResult;
import dev.guildhall.engine.model.verify.Verification;
import dev.guildhall.engine.model.verify.VerifyOptions;
import dev.guildhall.engine.model.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the self-contained script runs where nothing but a driver is installed: checks the folders
 * of goldens on the device, then measures its kernels. Exit status 1: a check is broken or there is
 * no device to use.
 */
public final class BareMachine {
  private BareMachine() {}

  /**
   * @param args the folder that holds folders with goldens; then options: {@code --rounds=N}, or
   *     {@code --small} for trying the script out
   */
  public static void main(String[] args) throws IOException {
    Optional<String> unusable = new CudaBackendProvider().unusableBecause();
    if (unusable.isPresent()) {
      System.err.println("guildhall: " + unusable.get());
      System.exit(1);
    }
    List<String> options = Arrays.asList(args).subList(1, args.length);
    int broken = verify(Path.of(args[0]));
    measure(rounds(options), options.contains("--small"));
    System.exit(broken == 0 ? 0 : 1);
  }

  private static int rounds(List<String> options) {
    return options.stream()
        .filter(o -> o.startsWith("--rounds="))
        .mapToInt(o -> Integer.parseInt(o.substring("--rounds=".length())))
        .findFirst()
        .orElse(7);
  }

  private static int verify(Path goldens) throws IOException {
    int broken = 0;
    try (Stream<Path> folders = Files.list(goldens).sorted()) {
      for (Path folder : folders.toList()) {
        VerifyReport report =
            Verification.run(
                folder,
                new VerifyOptions(false, List.of(new CudaBackendProvider()), false),
                line -> {});
        for (VerifyReport.Subject subject : report.subjects()) {
          List<CheckResult> wrong = subject.results().stream().filter(r -> !r.holds()).toList();
          broken += wrong.size();
          System.out.printf(
              "%s on %s: %d checks, %d broken%n",
              folder.getFileName(), subject.name(), subject.results().size(), wrong.size());
          wrong.forEach(r -> System.out.println("  BROKEN " + r));
        }
      }
    }
    return broken;
  }

  private static void measure(int rounds, boolean small) {
    CudaBenchmark.Result result = CudaBenchmark.run(rounds, small, System.out::println);
    System.out.printf(
        "%s, compute capability %d.%d, medians of %d rounds (lowest to highest)%n",
        result.device(), result.capability() / 10, result.capability() % 10, rounds);
    for (CudaBenchmark.Measure m : result.measures()) {
      double[] values = m.values().stream().mapToDouble(Double::doubleValue).sorted().toArray();
      double[] shares = m.shares().stream().mapToDouble(Double::doubleValue).sorted().toArray();
      System.out.printf(
          "%-34s %-26s %9.1f %-8s (%.1f to %.1f)  %5.1f %% of %s%n",
          m.what(),
          m.shape(),
          values[values.length / 2],
          m.ceiling().unit(),
          values[0],
          values[values.length - 1],
          100 * shares[shares.length / 2],
          m.ceiling() == CudaBenchmark.Ceiling.COPY ? "the copy" : "the dense peak");
    }
  }
}
