package dev.guildhall.ledger.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir Path folder;

  @Test
  void aLineIsACallerWithOneRole() throws IOException {
    TokenFile file = file("# callers\n\ngw:writer-gateway:with:colons:in:it\n");
    assertThat(file.authenticate("with:colons:in:it").roles()).containsExactly(Role.GATEWAY);
    assertThatThrownBy(() -> file.authenticate("")).hasMessage("the token is not known");
  }

  @Test
  void aBadLineIsNamedWithoutItsToken() {
    assertThatThrownBy(() -> file("gw:writer-gateway:0123456789abcdef\nop:king:0123456789abcdef\n"))
        .hasMessageContaining("tokens:2: role 'king' is none of writer-gateway")
        .hasMessageNotContaining("0123456789abcdef");
    assertThatThrownBy(() -> file("gw:writer-gateway:short\n"))
        .hasMessageContaining("16 or more characters");
  }

  private TokenFile file(String text) throws IOException {
    return new TokenFile(Files.writeString(folder.resolve("tokens"), text));
  }
}
