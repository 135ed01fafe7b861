/**
 * Rules for documents that people write as YAML: what may stand where.
 *
 * <p>A rule finds every mistake of a document, with its line and its field, and publishes itself as
 * JSON Schema, so that what is checked and what editors and programs are told is one thing. Knows
 * nothing of what the documents are about.
 */
package io.kindling.cli.grammar;
