package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels under several orders of their threads, and what the stand-in says of misuse. */
class KernelsTest {

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @AfterEach
  void inOrderAgain() {
    StandIn.set("seed", 0);
  }

  private static KernelChecks checks() {
    return new KernelChecks(KernelImage.read());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void agreeWithPlainArithmeticAtAwkwardSizes(long seed) {
    try (KernelChecks checks = checks()) {
      StandIn.set("seed", seed);
      checks.linear(1, 1, 1);
      checks.linear(33, 65, 37);
      checks.linear(5, 130, 64);
      checks.linearScaled(3, 0, 1, 1);
      checks.linearScaled(33, 100, 65, 150);
      checks.linearScaled(2, 128, 130, 256);
      checks.groupedScaled(128, 130);
      checks.norm(1, 1);
      checks.norm(3, 257);
      checks.norm(2, 1000);
      checks.gather(1, 1);
      checks.gather(5, 300);
      checks.draws(1, 1);
      checks.draws(999, 1);
      checks.draws(3001, 8);
      checks.brokenLogits();
      checks.sort(1, 1, 1);
      checks.sort(37, 4, 16);
    }
  }

  @Test
  @Tag("standin")
  void anAccessOutOfBoundsNamesKernelBlockAndThread() {
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device);
        Kernels kernels = new Kernels(device, KernelImage.read())) {
      Launches launches = new Launches(kernels);
      DeviceMemory.Buffer x = memory.upload(new float[8], "x");
      DeviceMemory.Buffer y = memory.floats(8, "y");
      launches.norm(x, 1, 9, x, 1e-6f, y);
      assertThatThrownBy(device::synchronize)
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS")
          .hasMessageContaining("kernel rms_norm, block (0,0,0), thread (8,0,0)")
          .hasMessageContaining("outside every allocation");
    }
  }

  @Test
  @Tag("standin")
  void whatWasNeverWrittenIsNotRead() {
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device)) {
      DeviceMemory.Buffer x = memory.floats(8, "x");
      assertThatThrownBy(() -> memory.floats(x, 8))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("never written");
    }
  }

  @Test
  @Tag("standin")
  void tooLittleMemoryNamesWhatDidNotFit() {
    try (Device device = new Device();
        DeviceMemory memory = new DeviceMemory(device)) {
      assertThatThrownBy(() -> memory.allocate(1L << 40, "the cache of layer 3"))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("the cache of layer 3")
          .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
    }
  }

  @Test
  @Tag("standin")
  void kernelsForAnotherMachineAreRefused() {
    try (Device device = new Device()) {
      assertThatThrownBy(() -> new Kernels(device, new byte[4096]))
          .isInstanceOf(CudaException.class)
          .hasMessageContaining("CUDA_ERROR_NO_BINARY_FOR_GPU")
          .hasMessageContaining("compute capability 9.0");
    }
  }
}
