/** Choices for the Hopper kernels, pure: which tile, how much shared memory, how much workspace. */
package dev.guildhall.engine.cuda.hopper;
