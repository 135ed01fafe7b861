package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Gradients are summed over all workers in every step.
 *
 * @param format in which they travel
 */
public record AllReduced(@JsonProperty("format") WireFormat format) implements Strategy {}
