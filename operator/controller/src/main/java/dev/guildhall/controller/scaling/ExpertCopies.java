package dev.guildhall.controller.scaling;

/** Gives a role more copies of its busy experts. */
@FunctionalInterface
public interface ExpertCopies {

  /**
   * Has ranks hold so many redundant experts in each layer; returns whether they are told to. They
   * are not while they still go over to another placement, or nothing is known of their load.
   */
  boolean raise(String role, int redundantExperts);
}
