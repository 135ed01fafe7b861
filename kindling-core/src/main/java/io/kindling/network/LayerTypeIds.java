package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import java.util.Optional;

/**
 * What stands under {@code type} in a layer's text: the name of a {@link LayerType}, or the class
 * name of a layer that is none of Kindling's. Only classes that are layers are loaded.
 */
final class LayerTypeIds extends TypeIdResolverBase {

  @Override
  public String idFromValue(Object value) {
    return idFromValueAndType(value, value.getClass());
  }

  @Override
  public String idFromValueAndType(Object value, Class<?> type) {
    return LayerType.of(type).map(LayerType::name).orElse(type.getName());
  }

  @Override
  public JavaType typeFromId(DatabindContext context, String id) {
    Optional<Class<?>> known = LayerType.named(id).map(type -> type.example().getClass());
    return known.or(() -> userMade(id)).map(type -> context.constructType(type)).orElse(null);
  }

  private static Optional<Class<?>> userMade(String name) {
    if (!name.contains(".")) {
      return Optional.empty();
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      Class<?> type =
          Class.forName(name, false, loader == null ? Layer.class.getClassLoader() : loader);
      return Layer.class.isAssignableFrom(type) ? Optional.of(type) : Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }
}
