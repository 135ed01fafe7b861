package io.kindling.examples.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.Models;
import io.kindling.predict.Predictor;
import io.kindling.predict.PredictorOptions;
import io.kindling.predict.TensorValue;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Talks to a service as its clients do. */
@Timeout(60)
class PredictionServiceTest {

  private static final PredictionService.Limits SMALL =
      new PredictionService.Limits(1000, 2, Duration.ofSeconds(10), Duration.ofSeconds(20));

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch gate = new CountDownLatch(1);
  private Predictor predictor;
  private PredictionService service;

  /** A model whose computations wait at a gate. */
  private record Gated(LoadedModel model, CountDownLatch gate) implements LoadedModel {

    @Override
    public ModelDescription description() {
      return model.description();
    }

    @Override
    public Map<String, TensorValue> run(
        String signature, Map<String, TensorValue> inputs, List<String> outputs) {
      try {
        assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return model.run(signature, inputs, outputs);
    }

    @Override
    public void close() {
      model.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    Path path = folder.resolve("model");
    Network network = Network.sequential(Input.of("x", 2), Dense.of(1));
    float[] parameters = new float[network.parameters().size()];
    java.util.Arrays.fill(parameters, 1);
    SavedModelExport.write(path, network, parameters, new float[network.state().size()]);
    predictor = Predictor.of(new Gated(Models.load(path), gate), PredictorOptions.defaults());
    service =
        PredictionService.start(
            predictor, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), SMALL);
  }

  @AfterEach
  void stop() {
    gate.countDown();
    service.close();
    service.close();
  }

  private HttpRequest request(String path, String method, String body) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .timeout(Duration.ofSeconds(30))
        .build();
  }

  private HttpResponse<String> send(String path, String method, String body)
      throws IOException, InterruptedException {
    return client.send(request(path, method, body), HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> begin(String body) {
    return client.sendAsync(
        request("/predict", "POST", body), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void scoresWhatItIsSent() throws Exception {
    gate.countDown();
    String body = "{\"inputs\": {\"x\": [[1, 2], [3, 4.5]]}}";
    HttpResponse<String> answer = send("/predict", "POST", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String output = predictor.description().defaultSignature().outputNames().get(0);
    assertThat(answer.body()).isEqualTo("{\"outputs\":{\"" + output + "\":[[4.0],[8.5]]}}");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
  }

  @Test
  void tellsItsHealth() throws Exception {
    HttpResponse<String> answer = send("/health", "GET", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"status\":\"serving\"", "\"model\":\"TensorFlow SavedModel\"", "\"calls\":0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          POST | /predict   | hello                               | 400 | The request is no JSON
          POST | /predict   | [1, 2]                              | 400 | no object 'inputs'. The model takes ['x'
          POST | /predict   | {"inputs": {"y": [[1, 2]]}}         | 400 | has no input 'y'. It has [x]
          POST | /predict   | {"inputs": {"x": [[1, 2], [3]]}}    | 400 | has an array of 1 where others of its level have 2
          POST | /predict   | {"inputs": {"x": [[1, "2"]]}}       | 400 | takes float32, not
          POST | /predict   | {"inputs": {"x": [1, 2]}}           | 400 | has shape [2] but [?, 2] is expected
          POST | /predict   | {"signature_name": "z", "inputs":{}}| 400 | The model has no signature 'z'
          GET  | /predict   | ''                                  | 405 | /predict takes POST.
          POST | /health    | ''                                  | 405 | /health takes GET.
          GET  | /predict/x | ''                                  | 404 | There is /predict and /health.
          """)
  void saysWhatIsWrong(String method, String path, String body, int status, String text)
      throws Exception {
    gate.countDown();
    HttpResponse<String> answer = send(path, method, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("{\"error\":").contains(text.replace("\"", "\\\""));
  }

  @Test
  void refusesWhatIsTooLong() throws Exception {
    HttpResponse<String> answer = send("/predict", "POST", " ".repeat(100_000));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("The request has more than 1000 bytes.");
  }

  @Test
  void refusesAtOnceWhatIsTooMuch() throws Exception {
    String body = "{\"inputs\": {\"x\": [[1, 2]]}}";
    List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      slow.add(begin(body));
    }
    await().until(() -> predictor.metrics().underWay() == 2);
    HttpResponse<String> answer = send("/predict", "POST", body);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("2 requests are under way, which is all it takes.");
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(send("/health", "GET", "").statusCode()).isEqualTo(200);
    gate.countDown();
    for (CompletableFuture<HttpResponse<String>> each : slow) {
      assertThat(each.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void stopsBehindTheRequestsThatAreUnderWay() throws Exception {
    String body = "{\"inputs\": {\"x\": [[1, 2]]}}";
    CompletableFuture<HttpResponse<String>> slow = begin(body);
    await().until(() -> predictor.metrics().underWay() == 1);
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(service::close);
    await().until(() -> send("/health", "GET", "").statusCode() == 503);
    assertThat(send("/predict", "POST", body).body()).contains("The service stops.");
    assertThat(stopped).isNotDone();
    gate.countDown();
    assertThat(slow.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    stopped.get(20, TimeUnit.SECONDS);
    assertThatThrownBy(() -> send("/health", "GET", "")).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> predictor.predict(Map.of()))
        .hasMessage("The predictor is closed; it cannot be asked.");
  }
}
