/** What the tests of several packages share: data, fresh JVMs, and what a process leaves behind. */
package io.kindling.spark.testing;
