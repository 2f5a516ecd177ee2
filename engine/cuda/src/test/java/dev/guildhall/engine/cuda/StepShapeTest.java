package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Buckets hold every step, few buckets hold all. */
class StepShapeTest {

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, 1",
    "3, 255, 4, 1",
    "8, 256, 8, 2",
    "9, 700, 16, 4",
    "33, 1023, 40, 4",
    "65, 1024, 96, 8",
    "250, 4000, 250, 16"
  })
  void stepsAreRoundedUp(int rows, int lastPosition, int bucketRows, int bucketSplits) {
    assertThat(StepShape.bucket(false, true, rows, lastPosition, 250, 4096))
        .isEqualTo(new StepShape(false, true, bucketRows, bucketSplits, true));
  }

  @ParameterizedTest
  @CsvSource({"257, 300", "5000, 4095"})
  void largeStepsKeepTheirSize(int rows, int lastPosition) {
    assertThat(StepShape.bucket(true, false, rows, lastPosition, 8192, 4096))
        .isEqualTo(StepShape.exact(true, false, rows, lastPosition));
  }

  @Test
  void aBucketHoldsItsSteps() {
    for (int rows = 1; rows <= 256; rows++) {
      for (int lastPosition = 0; lastPosition < 163840; lastPosition += 4099) {
        StepShape shape = StepShape.bucket(false, false, rows, lastPosition, 256, 163840);
        assertThat(shape.rows()).isBetween(rows, Math.max(2 * rows - 1, rows + 31));
        assertThat(shape.splits()).isBetween(Workspace.splits(lastPosition), 640);
      }
    }
  }
}
