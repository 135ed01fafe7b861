package io.kindling.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetAllOpList;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kindling.tensorflow.AllowedOperations.Purpose;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpList;

/** The list of allowed operations against the library's own. */
class AllowedOperationsTest {

  /** Keep state in name only: conditions, loops, random numbers, checks. */
  private static final Set<String> STATEFUL_BUT_PURE =
      Set.of(
          "While",
          "If",
          "Case",
          "Assert",
          "GuaranteeConst",
          "CheckNumerics",
          "CheckNumericsV2",
          "RandomUniform",
          "RandomUniformInt",
          "RandomStandardNormal",
          "TruncatedNormal",
          "ParameterizedTruncatedNormal",
          "Multinomial",
          "RandomShuffle",
          "RandomGamma",
          "RandomPoisson",
          "RandomPoissonV2",
          "RandomCrop",
          "Empty",
          "StatelessRandomGetAlg",
          "DeepCopy",
          "CudnnRNN",
          "CudnnRNNV2",
          "CudnnRNNV3");

  private static Map<String, OpDef> library() throws InvalidProtocolBufferException {
    NativeLibrary.prepare();
    Map<String, OpDef> operations = new HashMap<>();
    for (OpDef operation : OpList.parseFrom(TF_GetAllOpList().dataAsByteBuffer()).getOpList()) {
      operations.put(operation.getName(), operation);
    }
    return operations;
  }

  @Test
  void theLibraryHasThemAll() throws InvalidProtocolBufferException {
    Set<String> known = library().keySet();
    for (Purpose purpose : Purpose.values()) {
      assertThat(known).containsAll(AllowedOperations.of(purpose));
    }
  }

  @Test
  void whatComputesKeepsNoStateAndHoldsNoHandle() throws InvalidProtocolBufferException {
    Map<String, OpDef> library = library();
    Set<String> wrong = new TreeSet<>();
    for (String name : AllowedOperations.of(Purpose.COMPUTATION)) {
      OpDef operation = library.get(name);
      boolean holdsHandles =
          Stream.concat(operation.getInputArgList().stream(), operation.getOutputArgList().stream())
              .anyMatch(
                  argument -> argument.getIsRef() || argument.getType() == DataType.DT_RESOURCE);
      boolean keepsState = operation.getIsStateful() && !STATEFUL_BUT_PURE.contains(name);
      if (holdsHandles || keepsState) {
        wrong.add(name);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void nothingThatReachesOutsideIsListed() {
    Set<String> all = new TreeSet<>();
    for (Purpose purpose : Purpose.values()) {
      all.addAll(AllowedOperations.of(purpose));
    }
    assertThat(all)
        .noneMatch(
            name ->
                name.matches(
                    "(Read|Write)File|MatchingFiles|.*PyFunc.*|Abort|ImmutableConst|Print.*|Save.*|"
                        + "MergeV2.*|.*Dataset.*|.*Iterator.*|.*Queue.*|.*Reader.*|.*Summary.*|"
                        + ".*CustomCall.*|Xla.*|.*TPU.*|.*Recv.*|.*Send.*|Remote.*|Rpc.*|"
                        + "Collective.*|Debug.*|Dump.*|(De|En)codeProto.*|Batch|.*TfLite.*|_.*"));
    assertThat(AllowedOperations.of(Purpose.RESTORE))
        .containsExactlyInAnyOrder(
            "Restore",
            "RestoreSlice",
            "RestoreV2",
            "InitializeTableFromTextFile",
            "InitializeTableFromTextFileV2");
  }
}
