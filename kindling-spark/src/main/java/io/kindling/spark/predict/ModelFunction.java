package io.kindling.spark.predict;

import io.kindling.predict.ModelSignature;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A model as a function of SQL: a parameter per input, in the signature's order, and the only
 * output, or a struct of all, as its result. Arguments' numbers are cast to what inputs take. A
 * null argument makes the result null.
 */
public final class ModelFunction implements Serializable {

  private static final long serialVersionUID = 1;

  private final String name;
  private final ExecutorModel model;
  private final DataType dataType;
  private final transient ModelSignature signature; // needed where calls are planned alone

  public ModelFunction(String name, ExecutorModel model, ModelSignature signature) {
    this.name = name;
    this.model = model;
    this.signature = signature;
    List<StructField> results = ModelColumns.resultsOfCall(owner(), signature);
    this.dataType =
        results.size() == 1
            ? results.get(0).dataType()
            : DataTypes.createStructType(results.toArray(StructField[]::new));
  }

  private String owner() {
    return "Function " + name;
  }

  String name() {
    return name;
  }

  ExecutorModel model() {
    return model;
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
        parameters.stream()
            .filter(each -> Elements.isNumber(BoundInput.leaf(arguments.apply(each).dataType())))
            .collect(Collectors.toSet());
    return ModelColumns.ofCall(owner(), signature, arguments, cast);
  }

  @Override
  public String toString() {
    return name;
  }
}
