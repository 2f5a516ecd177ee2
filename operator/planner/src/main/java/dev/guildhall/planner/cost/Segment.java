package dev.guildhall.planner.cost;

import java.math.BigDecimal;
import java.math.BigInteger;

/** GPU time of one holder in one state at one price, summed over a period. */
record Segment(String pool, Holding holding, BigDecimal price, BigInteger gpuNanos) {}
