package dev.guildhall.engine.model.jinja;

/**
 * The value of a name, key or attribute that does not exist: false, empty and printable as nothing,
 * but an error when used for anything else.
 *
 * @param name what was looked up
 */
record Undefined(String name) {

  TemplateException used() {
    return new TemplateException("'" + name + "' is undefined");
  }
}
