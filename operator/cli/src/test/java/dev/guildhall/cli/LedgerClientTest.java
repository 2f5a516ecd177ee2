package dev.guildhall.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;

class LedgerClientTest {

  @Test
  void aFileThatHoldsMoreThanATokenIsRefusedWithoutShowingIt() {
    URI ledger = URI.create("http://127.0.0.1:1");
    assertThatThrownBy(() -> new LedgerClient(ledger, "first-secret\nsecond-secret", () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }
}
