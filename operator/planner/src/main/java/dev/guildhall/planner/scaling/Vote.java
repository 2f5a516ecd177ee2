package dev.guildhall.planner.scaling;

/**
 * What one signal says.
 *
 * @param signal which
 * @param groups groups that it asks for, a fraction
 */
public record Vote(Signal signal, double groups) {}
