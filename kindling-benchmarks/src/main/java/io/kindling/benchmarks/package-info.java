/**
 * Measurements of Kindling: how fast it is, against the bare engine or against the rows it reads,
 * and how well networks learn with it.
 *
 * <p>May import every module, and TensorFlow and Spark as their own users do. Both sides of a
 * comparison run in alternation, on the same data, and in one process unless processes are what is
 * compared; what counts is the median of their ratios, never an absolute time. What is learned is a
 * mean over seeds, beside a bar.
 */
package io.kindling.benchmarks;
