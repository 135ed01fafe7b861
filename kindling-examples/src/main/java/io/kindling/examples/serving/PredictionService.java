package io.kindling.examples.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kindling.engine.EngineException;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.OverloadedException;
import io.kindling.predict.Predictor;
import io.kindling.predict.PredictorMetrics;
import io.kindling.predict.PredictorOptions;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A model as a service over HTTP, without Spark. Requests and answers are as in the columnar format
 * of TensorFlow Serving, so that its clients find their way:
 *
 * <pre>
 * POST /predict   {"inputs": {"x": [[1, 2]]}}   →   {"outputs": {"y": [[3]]}}
 * GET  /health    {"status": "serving", …}          503 once it stops
 * </pre>
 *
 * <p>What goes wrong has a status and a sentence, {@code {"error": "…"}}: 400 where the request
 * does not suit the model, 413 where it is too long, 503 where too many are under way. The server
 * is the JDK's own, {@code com.sun.net.httpserver}: no dependency, enough for a service within a
 * data center. It speaks no TLS here; what faces others belongs behind a proxy that does.
 */
public final class PredictionService implements AutoCloseable {

  /**
   * What a service takes on.
   *
   * @param bodyBytes of a request; longer ones are refused before they are read
   * @param requests under way at once; more are refused at once
   * @param clientTime how long a client may take to send its request, and to take the answer
   * @param grace how long requests under way may take to end when the service stops
   */
  public record Limits(int bodyBytes, int requests, Duration clientTime, Duration grace) {

    /** One MiB, 64 requests, 10 seconds for clients, 10 seconds to end. */
    public static Limits defaults() {
      return new Limits(1 << 20, 64, Duration.ofSeconds(10), Duration.ofSeconds(10));
    }
  }

  /** Refuses a request with a status of HTTP. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;

    Refusal(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Threads that refuse and tell the health while all requests are under way. */
  private static final int SPARE_THREADS = 4;

  private final Predictor predictor;
  private final Limits limits;
  private final HttpServer server;
  private final ExecutorService threads;
  private final Semaphore requests;
  private final AtomicBoolean isStopping = new AtomicBoolean();

  private PredictionService(Predictor predictor, InetSocketAddress address, Limits limits)
      throws IOException {
    this.predictor = predictor;
    this.limits = limits;
    this.requests = new Semaphore(limits.requests());
    boundClients(limits.clientTime());
    this.server = HttpServer.create(address, limits.requests());
    this.threads = Executors.newFixedThreadPool(limits.requests() + SPARE_THREADS);
    server.setExecutor(threads);
    server.createContext("/predict", this::predict);
    server.createContext("/health", exchange -> answer(exchange, "/health", "GET", this::health));
    server.start();
  }

  /** The JDK's server has settings for the whole process alone, and reads them once. */
  private static void boundClients(Duration time) {
    String seconds = Long.toString(Math.max(1, time.toSeconds()));
    for (String limit : new String[] {"maxReqTime", "maxRspTime"}) {
      System.getProperties().putIfAbsent("sun.net.httpserver." + limit, seconds);
    }
  }

  /**
   * Serves a model until it is closed.
   *
   * @param predictor taken over: closed with the service
   * @param address to listen on; port 0 takes any that is free
   * @throws IOException if the address is taken
   */
  public static PredictionService start(
      Predictor predictor, InetSocketAddress address, Limits limits) throws IOException {
    return new PredictionService(predictor, address, limits);
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** What a path does with a request. */
  private interface Handler {
    JsonNode handle(HttpExchange exchange) throws Refusal, IOException;
  }

  private void answer(HttpExchange exchange, String path, String method, Handler handler)
      throws IOException {
    int status = 200;
    JsonNode answer;
    try {
      if (!exchange.getRequestURI().getPath().equals(path)) {
        throw new Refusal(404, "There is /predict and /health.");
      }
      if (!exchange.getRequestMethod().equals(method)) {
        throw new Refusal(405, path + " takes " + method + ".");
      }
      answer = handler.handle(exchange);
    } catch (Refusal e) {
      status = e.status;
      answer = error(e.getMessage());
    } catch (RuntimeException e) {
      // Whatever it is, the client gets an answer; what it says may be told to nobody outside.
      System.getLogger(PredictionService.class.getName())
          .log(System.Logger.Level.ERROR, "Failed to answer " + exchange.getRequestURI(), e);
      status = 500;
      answer = error("The service failed.");
    }
    byte[] bytes = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (status == 503) {
      exchange.getResponseHeaders().set("Retry-After", "1");
    }
    if (status != 200) {
      // Part of the request may be unread, and be taken for the next one.
      exchange.getResponseHeaders().set("Connection", "close");
    }
    exchange.sendResponseHeaders(status, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private static ObjectNode error(String sentence) {
    return JSON.createObjectNode().put("error", sentence);
  }

  private byte[] body(HttpExchange exchange) throws Refusal, IOException {
    byte[] body = exchange.getRequestBody().readNBytes(limits.bodyBytes() + 1);
    if (body.length > limits.bodyBytes()) {
      throw new Refusal(413, "The request has more than " + limits.bodyBytes() + " bytes.");
    }
    return body;
  }

  private void predict(HttpExchange exchange) throws IOException {
    boolean isAdmitted = !isStopping.get() && requests.tryAcquire();
    try {
      answer(exchange, "/predict", "POST", isAdmitted ? this::score : this::refuse);
    } finally {
      if (isAdmitted) {
        requests.release();
      }
    }
  }

  private JsonNode refuse(HttpExchange exchange) throws Refusal {
    throw new Refusal(
        503,
        isStopping.get()
            ? "The service stops."
            : limits.requests() + " requests are under way, which is all it takes.");
  }

  private JsonNode score(HttpExchange exchange) throws Refusal, IOException {
    try {
      return scored(JSON.readTree(body(exchange)));
    } catch (JsonProcessingException e) {
      throw new Refusal(400, "The request is no JSON: " + e.getOriginalMessage());
    } catch (OverloadedException e) {
      throw new Refusal(503, e.getMessage());
    } catch (IllegalArgumentException | EngineException e) {
      throw new Refusal(400, e.getMessage());
    }
  }

  private JsonNode scored(JsonNode request) {
    ModelSignature signature =
        request.has("signature_name")
            ? predictor.description().signature(request.get("signature_name").asText())
            : predictor.description().defaultSignature();
    JsonNode given = request.path("inputs");
    if (!given.isObject()) {
      throw new IllegalArgumentException(
          "The request has no object 'inputs'. The model takes " + signature.inputs() + ".");
    }
    Map<String, TensorValue> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> input : given.properties()) {
      TensorType type = signature.input(input.getKey());
      inputs.put(type.name(), JsonTensors.read(type, input.getValue()));
    }
    ObjectNode outputs = JSON.createObjectNode();
    predictor
        .predict(signature.name(), inputs, signature.outputNames())
        .forEach((name, value) -> outputs.set(name, JsonTensors.write(value)));
    return JSON.createObjectNode().set("outputs", outputs);
  }

  private JsonNode health(HttpExchange exchange) throws Refusal {
    if (isStopping.get()) {
      return refuse(exchange);
    }
    PredictorMetrics metrics = predictor.metrics();
    return JSON.createObjectNode()
        .put("status", "serving")
        .put("model", predictor.description().format())
        .put("calls", metrics.calls())
        .put("failed", metrics.failed())
        .put("refused", metrics.refused())
        .put("underWay", metrics.underWay())
        .put("medianMicros", metrics.median().toNanos() / 1000)
        .put("percentile99Micros", metrics.percentile99().toNanos() / 1000);
  }

  /**
   * Takes no more requests, lets those under way end, at most for the grace, and frees the model.
   * Closing twice is harmless.
   */
  @Override
  public void close() {
    if (!isStopping.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!requests.tryAcquire(limits.requests(), limits.grace().toNanos(), TimeUnit.NANOSECONDS)) {
        System.getLogger(PredictionService.class.getName())
            .log(System.Logger.Level.WARNING, "Requests were cut off after {0}.", limits.grace());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    threads.shutdownNow();
    predictor.close();
  }

  /**
   * Serves a model until the process is asked to end.
   *
   * @param arguments the model's path and the port
   */
  public static void main(String[] arguments) throws IOException {
    PredictorOptions options =
        PredictorOptions.defaults()
            .withPatience(Duration.ofSeconds(5))
            .withMicroBatching(16, Duration.ofMillis(1));
    Predictor predictor = Predictor.load(Path.of(arguments[0]), LoadOptions.defaults(), options);
    PredictionService service =
        start(predictor, new InetSocketAddress(Integer.parseInt(arguments[1])), Limits.defaults());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "prediction-service-stop"));
    System.out.println("Serving " + arguments[0] + " on port " + service.port());
  }
}
