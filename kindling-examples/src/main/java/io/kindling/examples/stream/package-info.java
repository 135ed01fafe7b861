/**
 * Streams that are scored: from Kafka to Kafka and to a table, each row once, whatever dies
 * meanwhile.
 */
package io.kindling.examples.stream;
