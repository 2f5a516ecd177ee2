package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The routed experts of a layer that this rank holds, in slots.
 *
 * @param gateUp for each slot gate's rows, then up's
 * @param down for each slot
 * @param slots for each expert its slot, -1 if it is not held
 * @param slotOf the same on the host
 */
record RoutedExperts(Matrix gateUp, Matrix down, Buffer slots, int[] slotOf) {

  /** How many are held. */
  int held() {
    return (int) Arrays.stream(slotOf).filter(s -> s >= 0).count();
  }

  /** All that lies on the device. */
  List<Buffer> buffers() {
    return Stream.of(gateUp.buffer(), gateUp.scales(), down.buffer(), down.scales(), slots)
        .filter(Objects::nonNull)
        .toList();
  }
}
