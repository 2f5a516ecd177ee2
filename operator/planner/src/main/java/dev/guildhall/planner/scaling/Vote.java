package dev.guildhall.planner.scaling;

/**
 * What one signal says.
 *
 * @param signal its name
 * @param groups groups that it asks for, a fraction
 */
public record Vote(String signal, double groups) {}
