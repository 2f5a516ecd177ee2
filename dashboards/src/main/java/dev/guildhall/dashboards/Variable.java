package dev.guildhall.dashboards;

/**
 * A choice at the top of a dashboard, filled with the values of a label; all values unless chosen.
 *
 * @param name without the dollar sign
 * @param series whose label it offers
 * @param label the label
 */
record Variable(String name, String series, String label) {}
