/**
 * Cost attribution: who held each GPU and what was used in it become rows that add up to the bill.
 * Pure functions over integer nanoseconds and decimals; no I/O, no clock, no floating point.
 */
package dev.guildhall.planner.cost;
