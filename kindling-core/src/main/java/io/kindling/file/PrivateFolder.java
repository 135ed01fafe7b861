package io.kindling.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/**
 * Folders for what a process runs or trusts: readable and writable by their owner only, as whoever
 * can write there can run code in the process. Where the file system has no owners and permissions,
 * nothing is checked.
 */
public final class PrivateFolder {

  private PrivateFolder() {}

  /**
   * Makes a folder, or makes sure that the one there belongs to this user alone.
   *
   * @param use what lies there, for messages
   * @throws IllegalArgumentException if others can write there, or own it
   */
  public static void make(Path folder, String use) throws IOException {
    Path absolute = folder.toAbsolutePath();
    boolean isNew = create(absolute);
    if (!isNew && hasPermissions()) {
      requirePrivate(absolute, use);
    }
  }

  private static boolean hasPermissions() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  /** Tells whether this call made the folder. */
  private static boolean create(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return false;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      if (hasPermissions()) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(folder);
      }
      return true;
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      return false;
    }
  }

  private static void requirePrivate(Path folder, String use) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      attributes = Files.readAttributes(folder, PosixFileAttributes.class);
    }
    Optional<UserPrincipal> me = user(folder);
    if (!me.equals(Optional.of(attributes.owner()))) {
      throw new IllegalArgumentException(
          "Invalid folder "
              + folder
              + " for "
              + use
              + ": it belongs to '"
              + attributes.owner().getName()
              + "', and this process "
              + me.map(user -> "runs as '" + user.getName() + "'").orElse("cannot write there")
              + ". Name a folder of your own.");
    }
    if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IllegalArgumentException(
          "Invalid folder "
              + folder
              + " for "
              + use
              + ": others can write there ("
              + PosixFilePermissions.toString(attributes.permissions())
              + "), and so could run code in this process. Allow only its owner, with chmod 700.");
    }
  }

  /**
   * Whom this process writes as; empty where it cannot write. The name in {@code user.name} does
   * not tell: a container may run as a number that has none.
   */
  private static Optional<UserPrincipal> user(Path folder) throws IOException {
    Path probe;
    try {
      probe = Files.createTempFile(folder, "owner", null);
    } catch (AccessDeniedException e) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS));
    } finally {
      Files.delete(probe);
    }
  }
}
