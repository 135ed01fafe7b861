package io.kindling.cluster.strategy;

import io.kindling.optimizer.OptimizerState;

/**
 * What a server begins with: what all workers have agreed on, in arrays of its own.
 *
 * @param updates that came before, of all workers
 */
record Beginning(Portion portion, float[] parameters, OptimizerState state, long updates) {}
