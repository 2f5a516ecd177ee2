package dev.guildhall.controller.pool;

/** Who pays for a deployment's GPUs, and what they serve. */
record Owner(String tenant, String model) {}
