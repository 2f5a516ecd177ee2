/**
 * {@code guildhall cost}: asks a ledger for a period's rows and prints them. Nothing is computed
 * here that changes a sum.
 */
package dev.guildhall.cli.cost;
