package io.kindling.network;

import io.kindling.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each named array lies in one flat array of floats.
 *
 * <p>Views start at multiples of 64 bytes, so that an engine can read them in place with aligned
 * vector instructions; the gaps hold zeros and stay zero through every update, because their
 * gradient is zero. Arrays with a sparse gradient lie behind all others, so that what is dense is
 * one range.
 */
public final class ParameterLayout {

  /** Floats between possible starts of views: 64 bytes. */
  public static final int ALIGNMENT = 16;

  /** One array's place. */
  public record View(ParameterSpec spec, int offset) {

    public String name() {
      return spec.name();
    }

    public int size() {
      return spec.shape().size();
    }

    /** Floats of one row along the outermost axis. */
    public int rowSize() {
      return spec.shape().isScalar() ? 1 : size() / spec.shape().dimension(0);
    }
  }

  private final List<View> views;
  private final Map<String, View> byName = new HashMap<>();
  private final int size;

  private ParameterLayout(List<View> views, int size) {
    this.views = List.copyOf(views);
    this.size = size;
    for (View view : views) {
      if (byName.put(view.name(), view) != null) {
        throw new IllegalArgumentException(
            "Invalid network: two parameters are named '"
                + view.name()
                + "'. Give the layers different names.");
      }
    }
  }

  public static ParameterLayout of(List<ParameterSpec> specs) {
    List<ParameterSpec> ordered = new ArrayList<>(specs);
    ordered.sort(Comparator.comparing(ParameterSpec::isSparse));
    List<View> views = new ArrayList<>();
    long offset = 0;
    for (ParameterSpec spec : ordered) {
      views.add(new View(spec, (int) offset));
      offset += (spec.shape().size() + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
      if (offset > Integer.MAX_VALUE - ALIGNMENT) {
        throw new IllegalArgumentException(
            "Unsupported network: its parameters pass "
                + Integer.MAX_VALUE
                + " floats at '"
                + spec.name()
                + "'.");
      }
    }
    return new ParameterLayout(views, (int) offset);
  }

  /** The views, by rising offset. */
  public List<View> views() {
    return views;
  }

  public View view(String name) {
    View view = byName.get(name);
    if (view == null) {
      throw new IllegalArgumentException(
          "Unknown parameter '" + name + "'. There are " + byName.keySet() + ".");
    }
    return view;
  }

  /** The name of the array that a place of the flat array belongs to. */
  public String nameAt(int place) {
    String name = "";
    for (View view : views) {
      name = view.offset() <= place ? view.name() : name;
    }
    return name;
  }

  /** How another layout differs, array by array, in words; none where both have the same arrays. */
  public List<String> differences(ParameterLayout other) {
    List<String> differences = new ArrayList<>();
    for (View view : views) {
      View there = other.byName.get(view.name());
      if (there == null) {
        differences.add("'" + view.name() + "' " + view.spec().shape() + " is missing");
      } else if (!there.spec().shape().equals(view.spec().shape())) {
        differences.add(
            "'" + view.name() + "' is " + there.spec().shape() + ", not " + view.spec().shape());
      }
    }
    for (View view : other.views) {
      if (!byName.containsKey(view.name())) {
        differences.add("'" + view.name() + "' " + view.spec().shape() + " is there beside");
      }
    }
    return differences;
  }

  /** Some of the arrays, where they are. */
  public ParameterLayout only(List<View> some) {
    return new ParameterLayout(some, size);
  }

  /**
   * What lies in a range, where it is: of arrays that are cut, what is left of them, as arrays of
   * one axis.
   */
  public ParameterLayout between(int from, int to) {
    List<View> inside = new ArrayList<>();
    for (View view : views) {
      int begin = Math.max(from, view.offset());
      int end = Math.min(to, view.offset() + view.size());
      if (end - begin == view.size()) {
        inside.add(view);
      } else if (begin < end) {
        ParameterSpec spec = view.spec();
        inside.add(
            new View(
                new ParameterSpec(
                    spec.name(), Shape.of(end - begin), spec.initializer(), spec.gradient()),
                begin));
      }
    }
    return new ParameterLayout(inside, size);
  }

  /** Floats of the flat array, gaps included. */
  public int size() {
    return size;
  }

  /** Floats before the first array with a sparse gradient. */
  public int denseSize() {
    return views.stream()
        .filter(view -> view.spec().isSparse())
        .mapToInt(View::offset)
        .findFirst()
        .orElse(size);
  }

  /** Floats that are parameters, without the gaps. */
  public long count() {
    return views.stream().mapToLong(View::size).sum();
  }

  /** A fresh flat array, filled by the initializers; a function of the seed and the names alone. */
  public float[] initialize(long seed) {
    float[] values = new float[size];
    for (View view : views) {
      view.spec()
          .initializer()
          .fill(values, view.offset(), view.spec().shape(), seed ^ hash(view.name()));
    }
    return values;
  }

  /** 64-bit FNV-1a: names give independent random streams, whatever the order of the layers. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterLayout that && views.equals(that.views);
  }

  @Override
  public int hashCode() {
    return views.hashCode();
  }

  @Override
  public String toString() {
    return views.size() + " arrays, " + count() + " parameters";
  }
}
