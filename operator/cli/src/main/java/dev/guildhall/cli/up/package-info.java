/**
 * The quickstart: a cluster, Guildhall on it, a model, and its first billed token; and the way
 * back.
 */
package dev.guildhall.cli.up;
