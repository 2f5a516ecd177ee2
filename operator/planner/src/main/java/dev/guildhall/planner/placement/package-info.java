/**
 * Which ranks hold which replicas of which experts: placing, its balance, and when to change it.
 */
package dev.guildhall.planner.placement;
