package dev.guildhall.engine.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Picks the kernels of this process: the first usable form in the order of the system property
 * {@code guildhall.cpu.kernels} (default {@code native,vector,java}). Decided once; why a preferred
 * form was passed over is logged once.
 */
final class KernelChoice {
  static final String PROPERTY = "guildhall.cpu.kernels";
  private static final String DEFAULT = "native,vector,java";

  private KernelChoice() {}

  private static final class Holder {
    static final Kernels KERNELS = choose(System.getProperty(PROPERTY, DEFAULT));
  }

  static Kernels kernels() {
    return Holder.KERNELS;
  }

  /**
   * @throws IllegalArgumentException if {@code order} names an unknown form
   * @throws IllegalStateException if no form of the order can run here
   */
  static Kernels choose(String order) {
    List<String> refusals = new ArrayList<>();
    for (KernelForm form : parse(order)) {
      Optional<String> problem = form.unusableBecause();
      if (problem.isEmpty()) {
        Kernels kernels = form.open();
        System.getLogger(KernelChoice.class.getName())
            .log(
                refusals.isEmpty() ? System.Logger.Level.DEBUG : System.Logger.Level.INFO,
                "CPU kernels: {0}{1}",
                kernels.name(),
                refusals.isEmpty() ? "" : "; not used: " + String.join("; ", refusals));
        return kernels;
      }
      refusals.add(form.name().toLowerCase(Locale.ROOT) + " (" + problem.get() + ")");
    }
    throw new IllegalStateException(
        "none of the kernels in " + PROPERTY + "=" + order + " can run here: " + refusals);
  }

  static List<KernelForm> parse(String order) {
    List<KernelForm> forms = new ArrayList<>();
    for (String name : order.split(",")) {
      try {
        forms.add(KernelForm.valueOf(name.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            PROPERTY + " names '" + name + "'; known are " + DEFAULT, e);
      }
    }
    return forms;
  }
}
