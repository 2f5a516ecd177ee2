/** The self-contained script for machines without a JDK. */
package dev.guildhall.cli.bare;
