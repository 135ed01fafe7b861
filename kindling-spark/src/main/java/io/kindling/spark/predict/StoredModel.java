package io.kindling.spark.predict;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * A model's file or folder where its user keeps it, on any Hadoop file system.
 *
 * @param path as the user wrote it
 */
record StoredModel(String path, FileSystem fileSystem, org.apache.hadoop.fs.Path location) {

  private static final String GRAPH_FILE = "saved_model.pb";

  /** A file as its file system lists it. */
  record Entry(String name, long bytes, long modifiedMillis) {}

  /** Where a path leads. The graph's file of a SavedModel stands for its folder. */
  static StoredModel at(String path, Configuration configuration) throws IOException {
    org.apache.hadoop.fs.Path location = new org.apache.hadoop.fs.Path(path);
    if (location.getName().equals(GRAPH_FILE) && location.getParent() != null) {
      location = location.getParent();
    }
    return new StoredModel(path, location.getFileSystem(configuration), location);
  }

  /** The last of the path's names; the root of a bucket has none. */
  String name() {
    return location.getName().isEmpty() ? "model" : location.getName();
  }

  /** Whether it is read where it is. */
  boolean isLocal() {
    return fileSystem instanceof LocalFileSystem;
  }

  /**
   * Its real path on this node, behind all links.
   *
   * @throws FileNotFoundException if there is nothing
   */
  Path local() throws IOException {
    Path local = ((LocalFileSystem) fileSystem).pathToFile(location).toPath();
    if (!Files.exists(local)) {
      throw missing();
    }
    return local.toRealPath();
  }

  /**
   * All its files: what has changed is another list, but for changes within a moment.
   *
   * @throws FileNotFoundException if there is nothing
   */
  List<Entry> entries() throws IOException {
    FileStatus status = status();
    List<Entry> entries = new ArrayList<>();
    if (!status.isDirectory()) {
      entries.add(new Entry(name(), status.getLen(), status.getModificationTime()));
      return entries;
    }
    RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(status.getPath(), true);
    while (files.hasNext()) {
      LocatedFileStatus file = files.next();
      entries.add(
          new Entry(file.getPath().toUri().getPath(), file.getLen(), file.getModificationTime()));
    }
    return entries;
  }

  private FileStatus status() throws IOException {
    try {
      return fileSystem.getFileStatus(location);
    } catch (FileNotFoundException e) {
      throw missing();
    }
  }

  private FileNotFoundException missing() {
    return new FileNotFoundException(
        "There is nothing at "
            + path
            + (isLocal()
                ? " on this node. Every executor reads the model: put it where all see it, on HDFS, an object"
                    + " store or a shared disk."
                : "."));
  }

  /** Copies the file, or the folder and all below it, to a path where nothing is. */
  void copyTo(Path target) throws IOException {
    FileStatus status = status();
    if (status.isDirectory()) {
      Files.createDirectories(target);
      copyFolder(status.getPath(), target);
    } else {
      copyFile(status.getPath(), target);
    }
  }

  private void copyFolder(org.apache.hadoop.fs.Path source, Path target) throws IOException {
    String folder = source.toUri().getPath();
    String prefix = folder.endsWith("/") ? folder : folder + "/";
    RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(source, true);
    while (files.hasNext()) {
      org.apache.hadoop.fs.Path file = files.next().getPath();
      String name = file.toUri().getPath().substring(prefix.length());
      Path place = target.resolve(name).normalize();
      if (!place.startsWith(target)) {
        throw new IOException("The file " + file + " is named to lie outside of its folder.");
      }
      Files.createDirectories(place.getParent());
      copyFile(file, place);
    }
  }

  private void copyFile(org.apache.hadoop.fs.Path source, Path target) throws IOException {
    try (InputStream in = fileSystem.open(source);
        OutputStream out = Files.newOutputStream(target)) {
      in.transferTo(out);
    }
  }
}
