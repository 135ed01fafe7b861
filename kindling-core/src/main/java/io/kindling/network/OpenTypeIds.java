package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import java.util.Map;
import java.util.Optional;

/**
 * What stands under {@code type} in the text of a value that is one of many kinds: a short name for
 * Kindling's own kinds, the class name for those of users. Only classes of the stated interface are
 * loaded.
 */
public abstract class OpenTypeIds extends TypeIdResolverBase {

  private final Class<?> root;
  private final Map<String, Class<?>> known;

  /**
   * Names kinds.
   *
   * @param root the interface that all kinds implement
   * @param known Kindling's own, by their names
   */
  protected OpenTypeIds(Class<?> root, Map<String, Class<?>> known) {
    this.root = root;
    this.known = Map.copyOf(known);
  }

  @Override
  public final String idFromValue(Object value) {
    return idFromValueAndType(value, value.getClass());
  }

  @Override
  public final String idFromValueAndType(Object value, Class<?> type) {
    return known.entrySet().stream()
        .filter(kind -> kind.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(type::getName);
  }

  @Override
  public final JavaType typeFromId(DatabindContext context, String id) {
    return Optional.<Class<?>>ofNullable(known.get(id))
        .or(() -> ofUsers(id))
        .map(context::constructType)
        .orElse(null);
  }

  private Optional<Class<?>> ofUsers(String name) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      Class<?> type =
          Class.forName(name, false, loader == null ? getClass().getClassLoader() : loader);
      return root.isAssignableFrom(type) ? Optional.of(type) : Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public final JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }
}
