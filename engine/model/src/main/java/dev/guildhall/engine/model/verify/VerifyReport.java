package dev.guildhall.engine.model.verify;

import java.util.List;

/**
 * What verifying a folder found.
 *
 * @param folder as given
 * @param digest of the folder's files
 * @param parameters of the main model
 * @param subjects one per implementation
 * @param skipped what could not be checked, and why
 */
public record VerifyReport(
    String folder, String digest, long parameters, List<Subject> subjects, List<String> skipped) {

  /**
   * Results of one implementation.
   *
   * @param name such as {@code reference} or {@code cpu (native avx2)}
   */
  public record Subject(String name, double seconds, List<CheckResult> results) {}

  /** Whether every check holds and at least one was made. */
  public boolean holds() {
    return !subjects.isEmpty()
        && subjects.stream()
            .allMatch(
                s -> !s.results().isEmpty() && s.results().stream().allMatch(CheckResult::holds));
  }
}
