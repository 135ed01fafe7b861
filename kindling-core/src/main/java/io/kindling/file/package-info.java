/** Files of the local file system. */
package io.kindling.file;
