package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.Matrix.Type;
import java.util.Optional;
import jcuda.driver.CUdeviceptr;

/** Tensors that lie on the device. */
@FunctionalInterface
interface HeldTensors {
  /** None. */
  HeldTensors NONE = (tensor, type) -> Optional.empty();

  /** Where a tensor lies in this type. */
  Optional<CUdeviceptr> find(String tensor, Type type);
}
