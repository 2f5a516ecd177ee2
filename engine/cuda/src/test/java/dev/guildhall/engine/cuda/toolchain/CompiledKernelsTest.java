package dev.guildhall.engine.cuda.toolchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What nvcc made of the kernels: skipped, with the reason, where the build had no nvcc. */
class CompiledKernelsTest {
  private static final Path REPORT = Path.of("target", FatbinBuild.REPORT);
  private static final Path FATBIN =
      Path.of("target/classes/dev/guildhall/engine/cuda", FatbinBuild.FATBIN);

  @Test
  void registersSpillsAndSharedMemoryAreWithinTheBudget() throws IOException {
    assumeTrue(Files.exists(REPORT), "the build had no nvcc");
    List<KernelUse> uses = KernelUse.parse(Files.readString(REPORT));
    assertThat(uses).isNotEmpty();
    assertThat(
            KernelBudget.parse(Files.readString(Path.of("src/main/cuda/budget.tsv")))
                .findings(uses))
        .isEmpty();
  }

  @Test
  void theAssemblerSawNoPerformanceLoss() throws IOException {
    assumeTrue(Files.exists(REPORT), "the build had no nvcc");
    assertThat(Files.readString(REPORT)).doesNotContain("Potential Performance Loss");
  }

  /** HGMMA and QGMMA are the machine's wgmma in BF16 and FP8, UTMALDG its bulk tensor load. */
  @Test
  void hopperKernelsUseItsTensorCoresAndItsCopies() {
    Map<String, String> code = machineCode("sm_90a");
    assertThat(code.keySet()).anyMatch(name -> name.startsWith("grouped_gemm_bf16"));
    code.forEach(
        (kernel, text) -> {
          if (kernel.startsWith("grouped_gemm_bf16")
              || kernel.equals("mla_decode")
              || kernel.equals("mla_prefill")) {
            assertThat(text).as(kernel).contains("HGMMA").contains("UTMALDG").doesNotContain("STL");
          } else if (kernel.startsWith("grouped_gemm_e4m3")) {
            assertThat(text).as(kernel).contains("QGMMA").contains("UTMALDG").doesNotContain("STL");
          }
        });
  }

  /** HMMA is the machine's mma.sync in BF16, QMMA in FP8, LDGSTS its asynchronous copy. */
  @Test
  void theirForerunnersUseTheirs() {
    for (String architecture : List.of("sm_80", "sm_89")) {
      Map<String, String> code = machineCode(architecture);
      assertThat(code.keySet()).filteredOn(k -> k.startsWith("grouped_gemm_mma")).hasSize(4);
      code.forEach(
          (kernel, text) -> {
            if (kernel.startsWith("grouped_gemm_mma")) {
              boolean fp8 = kernel.contains("e4m3") && architecture.equals("sm_89");
              assertThat(text)
                  .as("%s on %s", kernel, architecture)
                  .contains(fp8 ? "QMMA" : "HMMA", "LDGSTS", "LDSM")
                  .doesNotContain("STL");
            }
          });
    }
  }

  private static Map<String, String> machineCode(String architecture) {
    Optional<Path> cuobjdump = CudaToolkit.find().flatMap(CudaToolkit::cuobjdump);
    assumeTrue(Files.exists(FATBIN) && cuobjdump.isPresent(), "no kernels or no cuobjdump");
    String sass =
        Tool.run(
            cuobjdump.get().getParent(),
            List.of(
                cuobjdump.get().toString(),
                "-sass",
                "-arch",
                architecture,
                FATBIN.toAbsolutePath().toString()));
    Map<String, String> byKernel = new HashMap<>();
    for (String function : sass.split("Function : ")) {
      byKernel.put(function.lines().findFirst().orElse("").strip(), function);
    }
    return byKernel;
  }
}
