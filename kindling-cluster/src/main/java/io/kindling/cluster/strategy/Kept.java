package io.kindling.cluster.strategy;

import io.kindling.network.ParameterLayout;
import io.kindling.optimizer.OptimizerState;

/**
 * What a server keeps, and changes in place.
 *
 * @param layout of its arrays, which are no longer than they have to be
 * @param state of the optimizer, where the server has it
 */
record Kept(ParameterLayout layout, float[] parameters, OptimizerState state) {}
