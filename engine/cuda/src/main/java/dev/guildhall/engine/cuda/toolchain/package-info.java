/**
 * NVIDIA's compiler: where it is, how it is installed, and the build step that turns the kernels'
 * sources into the binary that the backend loads. Nothing here is used by a serving process.
 */
package dev.guildhall.engine.cuda.toolchain;
