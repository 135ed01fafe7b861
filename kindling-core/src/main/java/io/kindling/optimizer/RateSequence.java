package io.kindling.optimizer;

import java.util.List;

/**
 * Schedules one after the other, each counting its own steps from 0; the last one has no end.
 *
 * @param parts one at least
 */
public record RateSequence(List<Part> parts) implements LearningRate {

  /**
   * A schedule and how long it is followed.
   *
   * @param steps of the part; those of the last part do not matter
   */
  public record Part(LearningRate schedule, long steps) {
    public Part {
      LearningRate.checkSteps("a part of a sequence", steps);
    }
  }

  public RateSequence {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("Invalid sequence of no schedule. Use one at least.");
    }
  }

  @Override
  public double at(long done) {
    long left = done;
    for (Part part : parts.subList(0, parts.size() - 1)) {
      if (left < part.steps()) {
        return part.schedule().at(left);
      }
      left -= part.steps();
    }
    return parts.get(parts.size() - 1).schedule().at(left);
  }

  @Override
  public LearningRate afterEpochs(List<Double> losses) {
    return new RateSequence(
        parts.stream()
            .map(part -> new Part(part.schedule().afterEpochs(losses), part.steps()))
            .toList());
  }

  @Override
  public double rate() {
    return parts.get(0).schedule().rate();
  }

  @Override
  public LearningRate withRate(double rate) {
    double factor = rate / rate();
    return new RateSequence(
        parts.stream()
            .map(
                part ->
                    new Part(
                        part.schedule().withRate(part.schedule().rate() * factor), part.steps()))
            .toList());
  }
}
