package io.kindling.training;

/**
 * What is made of a strategy, one method for each.
 *
 * @param <R> what is made
 * @param <E> what may fail
 */
public interface StrategyVisitor<R, E extends Exception> {

  R allReduced(AllReduced strategy) throws E;

  R thresholded(Thresholded strategy) throws E;

  R sharded(Sharded strategy) throws E;

  R localSgd(LocalSgd strategy) throws E;

  R served(Served strategy) throws E;
}
