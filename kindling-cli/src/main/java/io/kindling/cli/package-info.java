/**
 * The {@code kindling} command: a demonstration, training from a file, scoring, and a look into
 * saved models.
 *
 * <p>One class per subcommand. What a command prints last can be read by a program.
 */
package io.kindling.cli;
