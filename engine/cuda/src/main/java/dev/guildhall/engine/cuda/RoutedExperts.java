package dev.guildhall.engine.cuda;

import dev.guildhall.engine.cuda.DeviceMemory.Buffer;

/**
 * The routed experts of a layer that this rank holds, in slots.
 *
 * @param gateUp for each slot gate's rows, then up's
 * @param down for each slot
 * @param slots for each expert its slot, -1 if it is not held
 * @param slotOf the same on the host
 */
record RoutedExperts(Matrix gateUp, Matrix down, Buffer slots, int[] slotOf) {}
