package io.imagetools.bench;

import java.util.Optional;

/**
 * What one run of one way cost.
 *
 * @param wall seconds
 * @param cpu seconds, user and system, of all its processes; the registries' are not in it
 * @param peakMib resident memory of all its processes together, sampled
 * @param sourceRequests that the source answered
 * @param destinationRequests that the destination answered
 * @param slots how the slots were used, where a report tells
 */
record Sample(
    double wall,
    double cpu,
    double peakMib,
    int sourceRequests,
    int destinationRequests,
    Optional<Slots> slots) {

  Sample withRequests(int source, int destination) {
    return new Sample(wall, cpu, peakMib, source, destination, slots);
  }

  Sample withSlots(Slots used) {
    return new Sample(wall, cpu, peakMib, sourceRequests, destinationRequests, Optional.of(used));
  }
}
