package io.kindling.spark.predict;

import io.kindling.predict.ModelSignature;
import io.kindling.spark.input.BadRowPolicy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A model as a function of SQL: a parameter per input, in the signature's order, and the only
 * output, or a struct of all, as its result. A null argument makes the result null.
 */
public final class ModelFunction implements Serializable {

  private static final long serialVersionUID = 1;

  private final String name;
  private final ModelFiles files;
  private final boolean casts;
  private final DataType dataType;
  private final transient ModelSignature
      signature; // needed where calls are planned, and only there

  /**
   * @param casts whether arguments' numbers are cast to what inputs take
   */
  public ModelFunction(String name, ModelFiles files, ModelSignature signature, boolean casts) {
    this.name = name;
    this.files = files;
    this.casts = casts;
    this.signature = signature;
    List<StructField> results = bind(new StructType(), wish(Set.of()), true).appended();
    this.dataType =
        results.size() == 1
            ? results.get(0).dataType()
            : DataTypes.createStructType(results.toArray(StructField[]::new));
  }

  private ModelColumns.Wish wish(Set<String> cast) {
    return new ModelColumns.Wish(Map.of(), Map.of(), cast, true, BadRowPolicy.FAIL, "");
  }

  /** Outputs alone do not depend on arguments. */
  private ModelColumns bind(StructType arguments, ModelColumns.Wish wish, boolean outputsOnly) {
    ModelSignature called =
        outputsOnly
            ? new ModelSignature(signature.name(), List.of(), signature.outputs())
            : signature;
    return ModelColumns.of("Function " + name, called, arguments, wish).passingNulls();
  }

  String name() {
    return name;
  }

  ModelFiles files() {
    return files;
  }

  DataType dataType() {
    return dataType;
  }

  /** Names of the parameters, in order. */
  List<String> parameters() {
    return signature.inputs().stream().map(input -> input.name()).toList();
  }

  /**
   * The columns of a call.
   *
   * @param types of the arguments, in the order of the parameters
   * @throws IllegalArgumentException if there are more or fewer, or some do not fit
   */
  ModelColumns bind(List<DataType> types) {
    List<String> parameters = parameters();
    if (types.size() != parameters.size()) {
      throw new IllegalArgumentException(
          "Function %s takes %d arguments, or a struct with fields of their names: %s. It is called with %d."
              .formatted(name, parameters.size(), parameters, types.size()));
    }
    List<StructField> fields = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      fields.add(DataTypes.createStructField(parameters.get(i), types.get(i), true));
    }
    StructType arguments = DataTypes.createStructType(fields.toArray(StructField[]::new));
    Set<String> cast =
        casts
            ? parameters.stream()
                .filter(each -> Elements.isNumber(leaf(arguments.apply(each).dataType())))
                .collect(Collectors.toSet())
            : Set.of();
    return bind(arguments, wish(cast), false);
  }

  private static DataType leaf(DataType type) {
    return new BoundInput("", 0, type, "", io.kindling.predict.ValueType.FLOAT64, null).leaf();
  }

  @Override
  public String toString() {
    return name;
  }
}
