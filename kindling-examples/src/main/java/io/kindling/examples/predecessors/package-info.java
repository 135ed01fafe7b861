/**
 * The networks that TensorSpark and SparkFlow came with, trained as they trained them: by gradients
 * that go to a parameter server. {@code docs/strategies.md} maps their settings.
 */
package io.kindling.examples.predecessors;
