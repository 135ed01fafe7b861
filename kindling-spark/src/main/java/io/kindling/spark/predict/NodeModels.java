package io.kindling.spark.predict;

import io.kindling.spark.engine.NodeFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Models' files on this node: copied from a Hadoop file system once, whatever the number of
 * executors, into a folder that is named by their fingerprint and belongs to this user alone. A
 * file of a local file system is read where it is.
 *
 * <p>The fingerprint is the SHA-256 of names, sizes and contents, and is checked before every load:
 * neither a broken copy nor a file that has been changed meanwhile is scored with. Several
 * processes may fetch the same model at once; the first that is done gives it its name.
 */
final class NodeModels {

  private static final int BUFFER = 1 << 20;
  private static final int NAME = 32; // of 64 digits: enough to tell models apart

  private final Path root;

  NodeModels(Path root) {
    this.root = root;
  }

  /** Those of this node. */
  static NodeModels here() {
    return new NodeModels(NodeFolder.of("kindling-models"));
  }

  /** A model's files where this process can read them. */
  record Found(Path local, String fingerprint) {}

  /**
   * Finds a model of which nothing is known yet.
   *
   * @throws FileNotFoundException if there is nothing at the path
   */
  Found find(String path, Configuration configuration) throws IOException {
    org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(path);
    FileSystem fileSystem = source.getFileSystem(configuration);
    if (isLocal(fileSystem)) {
      Path local = local(fileSystem, source);
      requireThere(path, Files.exists(local));
      return new Found(local, fingerprint(local));
    }
    Path fresh = copy(fileSystem, source);
    String fingerprint = fingerprint(fresh);
    return new Found(name(fresh, fingerprint), fingerprint);
  }

  /**
   * A model's files, copied here if they are not yet.
   *
   * @throws IOException if what stands at the path is another model now
   */
  Path fetch(String path, String fingerprint, Configuration configuration) throws IOException {
    org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(path);
    FileSystem fileSystem = source.getFileSystem(configuration);
    if (isLocal(fileSystem)) {
      Path local = local(fileSystem, source);
      requireThere(path, Files.exists(local));
      requireSame(path, fingerprint(local), fingerprint);
      return local;
    }
    Path place = place(fingerprint).resolve(source.getName());
    if (Files.exists(place) && fingerprint(place).equals(fingerprint)) {
      return place;
    }
    Path fresh = copy(fileSystem, source);
    String found = fingerprint(fresh);
    if (!found.equals(fingerprint)) {
      delete(fresh.getParent());
    }
    requireSame(path, found, fingerprint);
    return name(fresh, fingerprint);
  }

  private static boolean isLocal(FileSystem fileSystem) {
    return fileSystem instanceof LocalFileSystem;
  }

  private static Path local(FileSystem fileSystem, org.apache.hadoop.fs.Path source) {
    return ((LocalFileSystem) fileSystem).pathToFile(source).toPath();
  }

  private static void requireThere(String path, boolean isThere) throws FileNotFoundException {
    if (!isThere) {
      throw new FileNotFoundException(
          "There is nothing at "
              + path
              + " on this node. Every executor reads the model: put it where all see it, on HDFS, an object"
              + " store or a shared disk.");
    }
  }

  private static void requireSame(String path, String found, String expected) throws IOException {
    if (!found.equals(expected)) {
      throw new IOException(
          "The model at "
              + path
              + " is not the one that was described: its files have changed meanwhile, or this node sees others."
              + " Transform again to score with those that are there now.");
    }
  }

  /** Copies into a folder of its own. */
  private Path copy(FileSystem fileSystem, org.apache.hadoop.fs.Path source) throws IOException {
    FileStatus status;
    try {
      status = fileSystem.getFileStatus(source);
    } catch (FileNotFoundException e) {
      throw new FileNotFoundException("There is nothing at " + source + ".");
    }
    Path folder = ownFolder("." + UUID.randomUUID());
    Path target = folder.resolve(source.getName());
    try {
      if (status.isDirectory()) {
        Files.createDirectories(target);
        copyFolder(fileSystem, status.getPath(), target);
      } else {
        copyFile(fileSystem, status.getPath(), target);
      }
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e;
    }
    return target;
  }

  private static void copyFolder(
      FileSystem fileSystem, org.apache.hadoop.fs.Path source, Path target) throws IOException {
    String prefix = source.toUri().getPath() + "/";
    RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(source, true);
    while (files.hasNext()) {
      org.apache.hadoop.fs.Path file = files.next().getPath();
      String name = file.toUri().getPath().substring(prefix.length());
      Path place = target.resolve(name).normalize();
      if (!place.startsWith(target)) {
        throw new IOException("The file " + file + " is named to lie outside of its folder.");
      }
      Files.createDirectories(place.getParent());
      copyFile(fileSystem, file, place);
    }
  }

  private static void copyFile(FileSystem fileSystem, org.apache.hadoop.fs.Path source, Path target)
      throws IOException {
    try (InputStream in = fileSystem.open(source);
        OutputStream out = Files.newOutputStream(target)) {
      in.transferTo(out);
    }
  }

  /** Gives a copy the name of its fingerprint, unless somebody was faster. */
  private Path name(Path fresh, String fingerprint) throws IOException {
    Path place = place(fingerprint);
    Path named = place.resolve(fresh.getFileName());
    try {
      Files.move(fresh.getParent(), place, StandardCopyOption.ATOMIC_MOVE);
      return named;
    } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
      return settle(fresh, place, named, fingerprint);
    } catch (java.nio.file.FileSystemException e) {
      if (!Files.exists(place)) {
        throw e;
      }
      return settle(fresh, place, named, fingerprint);
    }
  }

  /** Takes what is there if it is whole; else replaces it. */
  private static Path settle(Path fresh, Path place, Path named, String fingerprint)
      throws IOException {
    if (Files.exists(named) && fingerprint(named).equals(fingerprint)) {
      delete(fresh.getParent());
      return named;
    }
    Path broken = place.resolveSibling("." + UUID.randomUUID());
    Files.move(place, broken, StandardCopyOption.ATOMIC_MOVE);
    Files.move(fresh.getParent(), place, StandardCopyOption.ATOMIC_MOVE);
    delete(broken);
    return named;
  }

  private Path place(String fingerprint) {
    return root.resolve(fingerprint.substring(0, NAME));
  }

  private Path ownFolder(String name) throws IOException {
    Files.createDirectories(
        root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return Files.createDirectory(
        root.resolve(name),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path each : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** The SHA-256 of the names, sizes and contents of all files, in the order of their names. */
  static String fingerprint(Path model) throws IOException {
    MessageDigest digest = sha256();
    for (Path file : files(model)) {
      byte[] name =
          model.relativize(file).toString().replace('\\', '/').getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(12).putInt(name.length).putLong(Files.size(file)).flip());
      digest.update(name);
      byte[] buffer = new byte[BUFFER];
      try (InputStream in = Files.newInputStream(file)) {
        for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
          digest.update(buffer, 0, count);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> files(Path model) throws IOException {
    if (Files.isRegularFile(model)) {
      return List.of(model);
    }
    List<Path> files = new ArrayList<>();
    Path folder = Files.isDirectory(model) ? model : model.toAbsolutePath().getParent();
    try (Stream<Path> paths = Files.walk(folder)) {
      paths.filter(Files::isRegularFile).sorted().forEach(files::add);
    }
    return files;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
