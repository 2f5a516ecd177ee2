package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.hopper.GemmTile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hopper's kernels under several orders of their threads and of their asynchronous copies. */
class HopperKernelsTest {
  /** Other data in every run; failures name it. */
  private static final long FRESH = System.nanoTime();

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @AfterEach
  void inOrderAgain() {
    StandIn.set("seed", 0);
  }

  @ParameterizedTest
  @EnumSource
  void groupedProductsAgreeWithPlainArithmetic(GemmTile tile) {
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, KernelImage.read())) {
      StandIn.set("seed", tile.ordinal());
      new GemmChecks(memory, FRESH).awkward(GemmChecks.Form.of(GroupedGemm.of(kernels, 3), tile));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void attentionAgreesWithPlainArithmetic(long seed) {
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, KernelImage.read())) {
      StandIn.set("seed", seed);
      new MlaChecks(memory, kernels, FRESH).awkward();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void attentionOfPromptsAgreesWithPlainArithmetic(long seed) {
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, KernelImage.read())) {
      StandIn.set("seed", seed);
      new PrefillChecks(memory, kernels, FRESH).awkward();
    }
  }
}
