package dev.guildhall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedLedgerTest {
  @TempDir Path state;

  @Test
  void isFoundOnlyWhenAddressAndTokenAreThere() throws IOException {
    Files.writeString(state.resolve(ServedLedger.ADDRESS), "http://127.0.0.1:1\n");
    assertThat(ServedLedger.find(state)).isEmpty();
    Files.writeString(state.resolve(ServedLedger.TOKEN), "secret\n");
    assertThat(ServedLedger.find(state))
        .contains(new ServedLedger(URI.create("http://127.0.0.1:1"), "secret"));
  }
}
