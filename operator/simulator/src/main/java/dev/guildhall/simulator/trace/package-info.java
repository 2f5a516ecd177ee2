/** Request traces: formats, load levels. */
package dev.guildhall.simulator.trace;
