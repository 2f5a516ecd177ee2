/** Tables, JSON and plots of what simulations came to. */
package dev.guildhall.simulator.report;
