package dev.guildhall.cli.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadFileTest {
  private static final String GOOD =
      """
      {"layers":1,"experts":3,"slots":4,"groups":1,"nodes":1,"gpus":2,"loads":[[[5,1,2]]],
       "eplb_balancedness":[0.8],"eplb_moved":[0]}""";

  @TempDir Path folder;

  @Test
  void aGoodFileIsRead() throws Exception {
    var file = read(GOOD);
    assertThat(file.name()).isEqualTo("loads");
    assertThat(file.windows()[0][0]).containsExactly(5, 1, 2);
    assertThat(file.grid().slotsPerRank()).isEqualTo(2);
  }

  @Test
  void aMissingFieldIsNamed() {
    assertRefused(GOOD.replace("\"gpus\"", "\"cpus\""), "the field 'gpus' is missing");
  }

  @Test
  void aLayerOfWrongLengthIsNamed() {
    assertRefused(GOOD.replace("[5,1,2]", "[5,1]"), "loads[0][0] has 2 experts instead of 3");
  }

  @Test
  void aWindowWithoutItsLayersIsNamed() {
    assertRefused(GOOD.replace("[[[5,1,2]]]", "[[]]"), "loads[0] has 0 layers instead of 1");
  }

  @Test
  void figuresForOtherWindowsAreNamed() {
    assertRefused(GOOD.replace("[0.8]", "[0.8,0.9]"), "eplb_balancedness has 2 numbers");
  }

  @Test
  void aNegativeLoadIsNamed() {
    assertRefused(GOOD.replace("[5,1,2]", "[5,-1,2]"), "loads[0][0][1] is negative: -1");
  }

  @Test
  void aLoadThatIsNoNumberIsNamed() {
    assertRefused(GOOD.replace("[5,1,2]", "[5,\"x\",2]"), "loads[0][0][1] is not a number");
  }

  @Test
  void slotsThatDoNotFitTheRanksAreRefused() {
    assertRefused(GOOD.replace("\"slots\":4", "\"slots\":5"), "5 slots cannot be shared");
  }

  @Test
  void textThatIsNotJsonIsRefused() {
    assertRefused("{", "not JSON");
  }

  @Test
  void aFolderWithoutFilesIsRefused() {
    assertThatThrownBy(() -> LoadFile.in(folder))
        .isInstanceOf(LoadFileException.class)
        .hasMessageContaining("no file of expert loads");
  }

  private void assertRefused(String json, String reason) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(LoadFileException.class)
        .hasMessageContaining("loads.json")
        .hasMessageContaining(reason);
  }

  private LoadFile read(String json) throws Exception {
    Path file = folder.resolve("loads.json");
    Files.writeString(file, json);
    return LoadFile.read(file);
  }
}
