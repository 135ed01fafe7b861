package io.kindling.cluster.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.cluster.strategy.ChangedRows.News;
import io.kindling.network.Initializer;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterSpec;
import io.kindling.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangedRowsTest {

  private final ParameterLayout layout =
      ParameterLayout.of(
          List.of(
              new ParameterSpec("few", Shape.of(3, 2), Initializer.zeros()),
              new ParameterSpec("many", Shape.of(7, 1), Initializer.zeros())));
  private final ChangedRows changed = new ChangedRows(layout.views());

  @Test
  void tellsRowsSinceAChangeOnce() {
    changed.add(List.of(new int[] {2, 0}, new int[] {5}));
    changed.add(List.of(new int[] {2}, new int[0]));
    changed.add(List.of(new int[] {1}, new int[] {5, 4}));
    assertNews(changed.since(0), 3, new int[] {0, 1, 2}, new int[] {4, 5});
    assertNews(changed.since(1), 3, new int[] {1, 2}, new int[] {4, 5});
    assertNews(changed.since(2), 3, new int[] {1}, new int[] {4, 5});
    assertNews(changed.since(3), 3, new int[0], new int[0]);
  }

  /** Ten rows there are, and ten are remembered. */
  @Test
  void tellsAllRowsToWhomItNoLongerKnowsWhatIsNew() {
    for (int i = 0; i < 11; i++) {
      changed.add(List.of(new int[] {1}, new int[0]));
    }
    int[] few = {0, 1, 2};
    int[] many = {0, 1, 2, 3, 4, 5, 6};
    assertNews(changed.since(0), 11, few, many);
    assertNews(changed.since(1), 11, new int[] {1}, new int[0]);
  }

  private static void assertNews(News news, long last, int[] few, int[] many) {
    assertThat(news.last()).isEqualTo(last);
    assertThat(news.rows()).containsExactly(few, many);
  }
}
