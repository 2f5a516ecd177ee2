/** {@code guildhall bench placement}. */
package dev.guildhall.cli.placement;
