package io.kindling.cluster.strategy;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The centers of workers that are threads of one process, which need no link to each other. */
final class Neighbours {

  /**
   * Of this process. Workers of one process are tasks that have nothing in common but the process,
   * so where they find each other has to be its own; job, generation and rank keep trainings apart.
   */
  static final Neighbours HERE = new Neighbours();

  /** Who serves. */
  record Place(String job, int generation, int rank) {}

  private final Map<Place, Center> centers = new ConcurrentHashMap<>();

  void add(Place place, Center center) {
    centers.put(place, center);
  }

  Optional<Center> at(Place place) {
    return Optional.ofNullable(centers.get(place));
  }

  void remove(Place place) {
    centers.remove(place);
  }
}
