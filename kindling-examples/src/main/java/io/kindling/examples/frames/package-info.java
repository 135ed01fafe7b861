/**
 * Small tensor programs over the columns of tables, each beside what Spark SQL says for the same.
 */
package io.kindling.examples.frames;
