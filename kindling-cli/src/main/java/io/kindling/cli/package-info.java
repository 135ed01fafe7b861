/**
 * The {@code kindling} command: a demonstration, training from a file, scoring, evaluation, a look
 * into saved models, and exports of them.
 *
 * <p>One class per subcommand. What a command prints last can be read by a program.
 */
package io.kindling.cli;
