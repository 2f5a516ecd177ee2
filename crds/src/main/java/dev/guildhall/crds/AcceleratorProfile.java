package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A known machine and the memory of one of its GPUs. */
public enum AcceleratorProfile {
  H800(80_000_000_000L),
  H100(80_000_000_000L),
  H200(141_000_000_000L),
  @JsonProperty("cpu-simulated")
  CPU_SIMULATED(2L << 30);

  private final long memoryBytes;

  AcceleratorProfile(long memoryBytes) {
    this.memoryBytes = memoryBytes;
  }

  /** Memory of one GPU in bytes, as its maker states it. */
  public long memoryBytes() {
    return memoryBytes;
  }
}
