package io.kindling.spark.predict;

import io.kindling.file.PrivateFolder;
import io.kindling.file.TemporaryFolder;
import io.kindling.spark.engine.NodeFolder;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Models' files on this node: copied from a Hadoop file system once, whatever the number of
 * executors, into a folder that is named by their {@link Fingerprint} and belongs to this user
 * alone. A file of a local file system is read where it is.
 *
 * <p>The fingerprint is checked before every load: neither a broken copy nor a file that has been
 * changed meanwhile is scored with. Several processes may fetch the same model at once; the first
 * that is done gives it its name. What nobody has loaded for {@link #KEPT} goes when the next model
 * comes.
 */
final class NodeModels {

  /** How long the copy of a model stays that nobody loads. */
  static final Duration KEPT = Duration.ofDays(7);

  private static final int NAME = 32; // of 64 digits: enough to tell models apart
  private static final int ATTEMPTS = 3;

  /** Longer than the steps in which file systems tell times of modification. */
  private static final Duration MOMENT = Duration.ofSeconds(3);

  private static final int MOST_KNOWN = 64;

  /** What has been found, so that looking again does not read the files again. */
  private static final Map<Known, Found> KNOWN =
      Collections.synchronizedMap(
          new LinkedHashMap<>(MOST_KNOWN, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Known, Found> eldest) {
              return size() > MOST_KNOWN;
            }
          });

  private record Known(
      Path root, org.apache.hadoop.fs.Path location, List<StoredModel.Entry> entries) {}

  private final Path root;

  NodeModels(Path root) {
    this.root = root;
  }

  /** Those of this node. */
  static NodeModels here() {
    return new NodeModels(NodeFolder.of("kindling-models"));
  }

  /**
   * A model's files.
   *
   * @param path of them all, where their user keeps them
   * @param local where this process can read them
   */
  record Found(String path, Path local, String fingerprint) {}

  /**
   * Finds a model of which nothing is known yet.
   *
   * @throws java.io.FileNotFoundException if there is nothing at the path
   */
  Found find(String path, Configuration configuration) throws IOException {
    StoredModel stored = StoredModel.at(path, configuration);
    Instant looked = Instant.now();
    List<StoredModel.Entry> entries = stored.entries();
    Known key = new Known(root, stored.location(), entries);
    Found known = KNOWN.get(key);
    if (known != null && Files.exists(known.local())) {
      return known;
    }
    Found found =
        stored.isLocal()
            ? new Found(
                stored.location().toString(), stored.local(), Fingerprint.of(stored.local()))
            : copy(stored);
    if (entries.stream().allMatch(each -> isBefore(each, looked.minus(MOMENT)))) {
      KNOWN.put(key, found);
    }
    return found;
  }

  private static boolean isBefore(StoredModel.Entry entry, Instant moment) {
    return entry.modifiedMillis() < moment.toEpochMilli();
  }

  /**
   * A model's files, copied here if they are not yet.
   *
   * @throws IOException if what stands at the path is another model now
   */
  Path fetch(String path, String fingerprint, Configuration configuration) throws IOException {
    StoredModel stored = StoredModel.at(path, configuration);
    if (stored.isLocal()) {
      Path local = stored.local();
      requireSame(path, Fingerprint.of(local), fingerprint);
      return local;
    }
    Path kept = place(fingerprint, stored.name());
    if (isWhole(kept, fingerprint)) {
      Files.setLastModifiedTime(kept.getParent(), FileTime.from(Instant.now()));
      return kept;
    }
    Found copied = copy(stored);
    requireSame(path, copied.fingerprint(), fingerprint);
    return copied.local();
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

  private Found copy(StoredModel stored) throws IOException {
    PrivateFolder.make(root, "copies of models");
    forgetUnused();
    try (TemporaryFolder folder = TemporaryFolder.in(root)) {
      Path fresh = folder.path().resolve(stored.name());
      stored.copyTo(fresh);
      String fingerprint = Fingerprint.of(fresh);
      return new Found(stored.location().toString(), keep(fresh, fingerprint), fingerprint);
    }
  }

  /** Gives a copy the name of its fingerprint, unless somebody was faster. */
  private Path keep(Path fresh, String fingerprint) throws IOException {
    Path place = place(fingerprint, fresh.getFileName().toString());
    FileSystemException failure = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      PrivateFolder.make(place.getParent(), "copies of models");
      try {
        return Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException e) {
        failure = e;
        if (isWhole(place, fingerprint)) {
          return place;
        }
        putAway(place);
      }
    }
    throw failure;
  }

  private static boolean isWhole(Path place, String fingerprint) throws IOException {
    try {
      return Files.exists(place) && Fingerprint.of(place).equals(fingerprint);
    } catch (NoSuchFileException e) {
      return false; // put away by somebody while it was read
    }
  }

  /** Removes a copy at once, if somebody else has not. */
  private void putAway(Path place) throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.in(root)) {
      Files.move(place, folder.path().resolve(place.getFileName()), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      // Somebody else has.
    }
  }

  private void forgetUnused() throws IOException {
    FileTime oldest = FileTime.from(Instant.now().minus(KEPT));
    List<Path> all;
    try (Stream<Path> children = Files.list(root)) {
      all = children.toList();
    }
    for (Path each : all) {
      if (isOlder(each, oldest)) {
        putAway(each);
      }
    }
  }

  private static boolean isOlder(Path each, FileTime oldest) throws IOException {
    try {
      return Files.getLastModifiedTime(each).compareTo(oldest) < 0;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private Path place(String fingerprint, String name) {
    return root.resolve(fingerprint.substring(0, NAME)).resolve(name);
  }
}
