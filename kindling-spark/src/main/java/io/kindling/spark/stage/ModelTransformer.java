package io.kindling.spark.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelSignature;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.engine.GpuSettings;
import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.input.Device;
import io.kindling.spark.job.Executors;
import io.kindling.spark.predict.ModelColumns;
import io.kindling.spark.predict.ModelFiles;
import io.kindling.spark.predict.ModelScorer;
import io.kindling.spark.storage.FilesReader;
import io.kindling.spark.storage.FilesWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores rows, of tables and streams, with a model made elsewhere: a TensorFlow SavedModel, a
 * frozen graph, a checkpoint, ONNX, or a file of Keras; with one that Kindling saved, too. It keeps
 * all columns and their order and adds one per output.
 *
 * <pre>{@code
 * Dataset<Row> scored = new ModelTransformer()
 *     .setModel("hdfs:///models/resnet")
 *     .setInput("pixels", "input_1")
 *     .setOutput("predictions", "probabilities")
 *     .setCast("pixels")
 *     .transform(table);
 * }</pre>
 *
 * <p>An input that is not named is fed by the column of its name; outputs that are not named become
 * columns of their own names, all of them where none is. A column is a value, or arrays nested as
 * deep as a row of the input has dimensions, or one array of all its elements in row-major order,
 * or an ML vector; of the input's own element type, as nothing is cast unless {@link #setCast} says
 * so. Texts and binary values feed strings, binary values also {@code uint8}. Outputs become values
 * and arrays of {@code float}, {@code double}, {@code tinyint}, {@code smallint}, {@code int},
 * {@code bigint}, {@code boolean} and {@code string}; numbers without a sign become the next larger
 * ones, those of 64 bits {@code decimal(20,0)}, and floats of 16 bits {@code float}.
 *
 * <p>The first dimension of inputs and outputs counts rows, unless {@link #setRowAxis} says that a
 * call takes one row without such a dimension. Where it has a fixed size, calls have as many rows;
 * what a last one lacks is filled up and left out again. Other free dimensions may differ from row
 * to row: rows of one shape are scored together, unless {@link #setPadding} has shorter ones
 * padded.
 */
public final class ModelTransformer extends Transformer implements MLWritable {

  private static final long serialVersionUID = 1;
  private static final String NAME = "ModelTransformer";
  private static final Logger LOG = LoggerFactory.getLogger(ModelTransformer.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<LinkedHashMap<String, String>> COLUMNS =
      new TypeReference<>() {};

  private final String uid;
  private final Param<String> model;
  private final StringArrayParam tags;
  private final StringArrayParam graphOutputs;
  private final StringArrayParam allowUnsafe;
  private final Param<String> signature;
  private final Param<String> inputs;
  private final Param<String> outputs;
  private final StringArrayParam castCols;
  private final Param<String> paddings;
  private final StringArrayParam binaryCols;
  private final BooleanParam rowAxis;
  private final Param<String> badRowPolicy;
  private final Param<String> reasonCol;
  private final IntParam batchRows;
  private final Param<String> device;
  private final BooleanParam savesModel;

  public ModelTransformer() {
    this(Identifiable.randomUID("modelTransformer"));
  }

  public ModelTransformer(String uid) {
    this.uid = uid;
    model = new Param<>(uid, "model", "path of the model's file or folder", String.class);
    tags =
        new StringArrayParam(
            this, "tags", "tags of the graph in a SavedModel that has several; serve unless set");
    graphOutputs =
        new StringArrayParam(
            this,
            "graphOutputs",
            "tensors of a graph to take for its outputs in place of its signatures'");
    allowUnsafe =
        new StringArrayParam(
            this, "allowUnsafe", "operations that are allowed although they do more than compute");
    signature =
        new Param<>(
            uid,
            "signature",
            "which of the model's signatures; its default unless set",
            String.class);
    inputs = new Param<>(uid, "inputs", "columns by input, as JSON", String.class);
    outputs = new Param<>(uid, "outputs", "new columns by output, as JSON", String.class);
    castCols =
        new StringArrayParam(
            this, "castCols", "columns whose numbers are cast to what the input takes");
    paddings =
        new Param<>(
            uid,
            "paddings",
            "elements that fill up shorter rows, by column, as JSON",
            String.class);
    binaryCols =
        new StringArrayParam(
            this, "binaryCols", "new columns that hold strings as binary values, not as texts");
    rowAxis =
        new BooleanParam(
            this, "rowAxis", "whether the first dimension of inputs and outputs counts rows");
    badRowPolicy =
        new Param<>(
            uid,
            "badRowPolicy",
            "what becomes of rows that the model does not take: fail, drop or mark",
            ParamValidators.inArray(BadRowPolicy.names()),
            String.class);
    reasonCol =
        new Param<>(
            uid,
            "reasonCol",
            "new column that says why a row has no outputs, if marked",
            String.class);
    batchRows =
        new IntParam(this, "batchRows", "rows scored at once, at most", ParamValidators.gt(0));
    device =
        new Param<>(
            uid,
            "device",
            "what the model computes on: cpu, or the gpu that Spark gives to tasks",
            ParamValidators.inArray(Device.names()),
            String.class);
    savesModel =
        new BooleanParam(this, "savesModel", "whether the model's files are saved with the stage");
    setDefault(rowAxis, true);
    setDefault(badRowPolicy, BadRowPolicy.FAIL.toString());
    setDefault(reasonCol, "reason");
    setDefault(batchRows, 256);
    setDefault(device, Device.CPU.toString());
    setDefault(savesModel, true);
    setDefault(inputs, "{}");
    setDefault(outputs, "{}");
    setDefault(paddings, "{}");
  }

  @Override
  public String uid() {
    return uid;
  }

  public Param<String> model() {
    return model;
  }

  public StringArrayParam tags() {
    return tags;
  }

  public StringArrayParam graphOutputs() {
    return graphOutputs;
  }

  public StringArrayParam allowUnsafe() {
    return allowUnsafe;
  }

  public Param<String> signature() {
    return signature;
  }

  public Param<String> inputs() {
    return inputs;
  }

  public Param<String> outputs() {
    return outputs;
  }

  public StringArrayParam castCols() {
    return castCols;
  }

  public Param<String> paddings() {
    return paddings;
  }

  public StringArrayParam binaryCols() {
    return binaryCols;
  }

  public BooleanParam rowAxis() {
    return rowAxis;
  }

  public Param<String> badRowPolicy() {
    return badRowPolicy;
  }

  public Param<String> reasonCol() {
    return reasonCol;
  }

  public IntParam batchRows() {
    return batchRows;
  }

  public Param<String> device() {
    return device;
  }

  public BooleanParam savesModel() {
    return savesModel;
  }

  /**
   * The model's file or folder, on any Hadoop file system that every executor reads; each node
   * copies it once.
   */
  public ModelTransformer setModel(String path) {
    set(model, path);
    return this;
  }

  public String getModel() {
    return $(model);
  }

  /** The tags of the graph in a SavedModel that has several; {@code serve} unless set. */
  public ModelTransformer setTags(String... all) {
    set(tags, all);
    return this;
  }

  /**
   * Tensors of a graph of TensorFlow's to take for its outputs, such as {@code dense/Softmax:0}, in
   * place of those that its signatures name. Unless set, they are the signatures', or what no other
   * operation reads.
   */
  public ModelTransformer setGraphOutputs(String... tensors) {
    set(graphOutputs, tensors);
    return this;
  }

  /**
   * Allows operations, by name, although they do more than compute: such a model is a program, and
   * runs with the rights of the executors. Not loaded with a saved stage: whoever loads it decides
   * for himself.
   */
  public ModelTransformer setAllowUnsafe(String... operations) {
    set(allowUnsafe, operations);
    return this;
  }

  /** Which of the model's signatures; its default, or its only one, unless set. */
  public ModelTransformer setSignature(String name) {
    set(signature, name);
    return this;
  }

  /** Has a column feed an input. */
  public ModelTransformer setInput(String column, String input) {
    Map<String, String> all = parse($(inputs));
    all.put(input, column);
    set(inputs, json(all));
    return this;
  }

  /** Makes an output a column; others become none unless they are named too. */
  public ModelTransformer setOutput(String output, String column) {
    Map<String, String> all = parse($(outputs));
    all.put(output, column);
    set(outputs, json(all));
    return this;
  }

  /**
   * Casts the numbers of columns to what their inputs take: floating-point inputs take any number,
   * rounded; others whole numbers within their range, and rows with others are bad rows.
   */
  public ModelTransformer setCast(String... columns) {
    set(castCols, columns);
    return this;
  }

  /**
   * Pads rows of a column whose shapes differ: each is filled up at its end, along every free
   * dimension, to the longest of the rows that are scored with it. Unset, rows of one shape are
   * scored together and none is padded.
   *
   * <p>What comes out for a row is what the model gives for the padded one, at its size: which
   * dimension of an output follows which of an input, a model does not say. Whoever pads tells the
   * model which elements count, by another input such as a mask or a length, or by a number that it
   * ignores; otherwise a row's outputs depend on the rows around it.
   *
   * @param number for elements that are numbers
   */
  public ModelTransformer setPadding(String column, double number) {
    return setPadding(column, Double.toString(number));
  }

  /** Pads rows of texts with this text, as {@link #setPadding(String, double)} does numbers. */
  public ModelTransformer setPadding(String column, String text) {
    Map<String, String> all = parse($(paddings));
    all.put(column, text);
    set(paddings, json(all));
    return this;
  }

  /**
   * Makes outputs of strings binary columns, with their bytes as they are. Others are texts, and
   * must be UTF-8; rows of others are bad rows.
   *
   * @param columns names of the new columns
   */
  public ModelTransformer setBinary(String... columns) {
    set(binaryCols, columns);
    return this;
  }

  /** Whether the first dimension of inputs and outputs counts rows; true unless set. */
  public ModelTransformer setRowAxis(boolean counts) {
    set(rowAxis, counts);
    return this;
  }

  /**
   * What becomes of rows with a null, with values or shapes that the model does not take, or on
   * which it fails; {@link BadRowPolicy#FAIL} unless set.
   */
  public ModelTransformer setBadRowPolicy(BadRowPolicy policy) {
    set(badRowPolicy, policy.toString());
    return this;
  }

  /** The new column for {@link BadRowPolicy#MARK}: null where a row is well; {@code reason}. */
  public ModelTransformer setReasonCol(String column) {
    set(reasonCol, column);
    return this;
  }

  /** Rows scored at once, at most; 256 unless set. */
  public ModelTransformer setBatchRows(int rows) {
    set(batchRows, rows);
    return this;
  }

  /** What the model computes on; {@link Device#CPU} unless set. */
  public ModelTransformer setDevice(Device value) {
    set(device, value.toString());
    return this;
  }

  /** Whether the model's files are saved with the stage; true unless set. */
  public ModelTransformer setSavesModel(boolean saves) {
    set(savesModel, saves);
    return this;
  }

  /**
   * What the model's files say of it: signatures, operations, findings. Reads them each time.
   *
   * @throws io.kindling.predict.RefusedModelException if they are damaged, or exceed limits
   */
  public ModelDescription describe() {
    return look().description();
  }

  /** Reads the model's files: what they say of it, and what tells them from all others. */
  ModelFiles.Described look() {
    if (!isDefined(model)) {
      throw new IllegalArgumentException(
          NAME + " has no model. Name its file or folder: setModel.");
    }
    ExecutorEngine.unpackLibrary();
    return ModelFiles.describe($(model), settings(0), configuration());
  }

  private static Configuration configuration() {
    return SparkSession.active().sparkContext().hadoopConfiguration();
  }

  private ModelFiles.Settings settings(int threads) {
    return new ModelFiles.Settings(
        of(tags), of(graphOutputs), of(allowUnsafe), threads, Device.named($(device)));
  }

  private List<String> of(StringArrayParam param) {
    return isDefined(param) ? Arrays.asList($(param)) : List.of();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    return transform(dataset, look());
  }

  /** The rows, scored with the files that were looked at. */
  Dataset<Row> transform(Dataset<?> dataset, ModelFiles.Described described) {
    SparkContext context = dataset.sparkSession().sparkContext();
    if (Device.named($(device)) == Device.GPU) {
      GpuSettings.require(context.conf());
    }
    ModelFiles files = ModelFiles.of(described, settings(Executors.mostCores(context)), context);
    ModelColumns columns = columns(described.description(), dataset.schema());
    return new ModelScorer(files, columns, (int) $(batchRows)).transform(dataset);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return columns(look().description(), schema).behind(schema);
  }

  private ModelColumns columns(ModelDescription description, StructType schema) {
    ModelSignature called =
        isDefined(signature) ? description.signature($(signature)) : description.defaultSignature();
    return ModelColumns.of(
        NAME,
        called,
        schema,
        new ModelColumns.Wish(
            parse($(inputs)),
            parse($(outputs)),
            new TreeSet<>(of(castCols)),
            parse($(paddings)),
            new TreeSet<>(of(binaryCols)),
            (boolean) $(rowAxis),
            BadRowPolicy.named($(badRowPolicy)),
            $(reasonCol)));
  }

  private static Map<String, String> parse(String json) {
    try {
      return JSON.readValue(json, COLUMNS);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Invalid columns " + json + ". Set them with setInput, setOutput and setPadding.", e);
    }
  }

  private static String json(Map<String, String> columns) {
    try {
      return JSON.writeValueAsString(columns);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write columns as JSON", e);
    }
  }

  @Override
  public ModelTransformer copy(ParamMap extra) {
    return copyValues(new ModelTransformer(uid), extra);
  }

  @Override
  public MLWriter write() {
    return new FilesWriter(
        this, (boolean) $(savesModel) ? Optional.of(look().path()) : Optional.empty());
  }

  /** Reads what {@link #write} wrote; files that were saved with the stage are its model then. */
  public static MLReader<ModelTransformer> read() {
    return new FilesReader<>(
        ModelTransformer.class, ModelTransformer::new, ModelTransformer::settle);
  }

  private static void settle(ModelTransformer loaded, Optional<String> files) {
    files.ifPresent(loaded::setModel);
    if (loaded.isSet(loaded.allowUnsafe)) {
      LOG.warn(
          "The stage {} was saved with allowUnsafe {}, which is not loaded. If you trust its model, set it again.",
          loaded.uid(),
          loaded.of(loaded.allowUnsafe));
      loaded.clear(loaded.allowUnsafe);
    }
  }

  public static ModelTransformer load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return "ModelTransformer: uid=" + uid + (isDefined(model) ? ", model=" + $(model) : "");
  }
}
