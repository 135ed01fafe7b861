/** Short programs, each named after what it shows. All run in the build. */
package io.kindling.examples;
