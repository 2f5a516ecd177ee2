package dev.guildhall.cli.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.guildhall.cli.OutputOption;
import dev.guildhall.planner.scaling.RoleNeed;
import dev.guildhall.planner.scaling.Scaler;
import dev.guildhall.planner.scaling.ScalingDecision;
import dev.guildhall.planner.scaling.ScalingOption;
import dev.guildhall.planner.scaling.ScalingState;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code guildhall simulate decision}: a scaling decision once more, from what it was made of. */
@Command(
    name = "decision",
    description = {
      "Makes a scaling decision again from its recorded state: the same state gives the same decision.",
      "The operator keeps the state of the last one that changed something:",
      "  kubectl get configmap NAME-scaling -o jsonpath='{.data.state\\.json}' | guildhall simulate decision -"
    })
final class DecisionReplay implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** States are some ten kilobytes; whoever pipes something else is told so. */
  private static final int MOST_BYTES = 4 << 20;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The state as JSON; - reads standard input.")
  private String file;

  @Mixin private OutputOption output;

  @Override
  public Integer call() throws IOException {
    ScalingState state = state(text());
    ScalingDecision decision = Scaler.decide(state);
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(JSON.writeValueAsString(decision));
    } else {
      print(decision, state.pool().currency(), out);
    }
    out.flush();
    return 0;
  }

  private String text() throws IOException {
    byte[] bytes =
        file.equals("-") ? System.in.readNBytes(MOST_BYTES) : Files.readAllBytes(Path.of(file));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ScalingState state(String text) {
    try {
      return JSON.readValue(text, ScalingState.class);
    } catch (UnrecognizedPropertyException e) {
      throw new IllegalArgumentException(
          "the state has a field '%s' that this version does not know: another version of Guildhall recorded it and may decide otherwise; replay it with that version"
              .formatted(e.getPropertyName()),
          e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "this is no recorded scaling state: "
              + e.getOriginalMessage()
              + "; give the state.json of a ConfigMap NAME-scaling",
          e);
    }
  }

  private static void print(ScalingDecision decision, String currency, PrintWriter out) {
    out.printf("%-10s%-44s%20s  %s%n", "", "action", "per hour", "why");
    decision.chosen().forEach(option -> line("chosen", option, currency, out));
    decision.rejected().forEach(option -> line("rejected", option, currency, out));
    if (decision.chosen().isEmpty()) {
      out.println("nothing is changed");
    }
    for (RoleNeed need : decision.needs()) {
      out.printf("needed    %.2f groups of %s, by %s%n", need.exact(), need.role(), need.signal());
    }
    decision.holds().forEach(hold -> out.println("held      " + hold));
  }

  private static void line(String what, ScalingOption option, String currency, PrintWriter out) {
    out.printf(
        "%-10s%-44s%20s  %s%n",
        what,
        option.action(),
        option.costPerHour().toPlainString() + " " + currency,
        option.reason());
  }
}
