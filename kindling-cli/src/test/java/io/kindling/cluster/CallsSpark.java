package io.kindling.cluster;

import org.apache.spark.SparkConf;

/** Breaks two rules on purpose: Spark outside its module, and in the cluster of all places. */
public record CallsSpark(SparkConf conf) {}
