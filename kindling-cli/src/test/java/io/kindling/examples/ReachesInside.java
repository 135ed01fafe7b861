package io.kindling.examples;

import io.kindling.spark.scoring.Inside;

/** Breaks a rule on purpose: a user of the Spark module that depends on what lies inside it. */
public record ReachesInside(Inside inside) {}
