/**
 * What tests of all modules share: where the shared data lies, and who needs it.
 *
 * <p>Imports nothing of Kindling. A test that needs what is absent is skipped, and says how to
 * bring it.
 */
package io.kindling.testing;
