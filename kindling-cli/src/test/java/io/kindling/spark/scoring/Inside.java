package io.kindling.spark.scoring;

/** Public, because two packages of its module use it, and nobody else may. */
public record Inside() {}
