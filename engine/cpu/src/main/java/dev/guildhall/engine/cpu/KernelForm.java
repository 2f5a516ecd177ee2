package dev.guildhall.engine.cpu;

import java.util.Optional;
import java.util.function.Supplier;

/** A form of the kernels and why it cannot run here. */
enum KernelForm {
  NATIVE(NativeLibrary::unusableBecause, () -> new NativeKernels()),
  VECTOR(KernelForm::vectorProblem, () -> new VectorKernels()),
  JAVA(Optional::empty, JavaKernels::new);

  private final Supplier<Optional<String>> problem;
  private final Supplier<Kernels> kernels;

  KernelForm(Supplier<Optional<String>> problem, Supplier<Kernels> kernels) {
    this.problem = problem;
    this.kernels = kernels;
  }

  /** Empty if this form can run here and gives the bits of the plain form on a short check. */
  Optional<String> unusableBecause() {
    return problem.get().or(() -> SelfCheck.differenceOf(open()));
  }

  /** This form; fails where {@link #unusableBecause} gives a reason. */
  Kernels open() {
    return kernels.get();
  }

  private static Optional<String> vectorProblem() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()
        ? Optional.of("the JVM was started without --add-modules=jdk.incubator.vector")
        : VectorKernels.unusableBecause();
  }
}
