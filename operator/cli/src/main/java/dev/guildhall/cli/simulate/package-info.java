/** Simulations on the command line. */
package dev.guildhall.cli.simulate;
