/** What tests of several packages share. */
package io.kindling.cluster;
