/**
 * Training jobs as YAML: where the rows are, the network, how long to train, where the results go.
 *
 * <p>Read whole and checked before Spark starts; every mistake names its field.
 */
package io.kindling.cli.job;
