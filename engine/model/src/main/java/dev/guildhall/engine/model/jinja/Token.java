package dev.guildhall.engine.model.jinja;

/**
 * A piece of a template.
 *
 * @param kind what it is
 * @param text its text; for strings and numbers the value's source with escapes resolved
 * @param line where it starts, from 1
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    TEXT,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind wanted, String value) {
    return kind == wanted && text.equals(value);
  }
}
