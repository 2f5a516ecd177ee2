/**
 * Metering and billing: facts come in over HTTP and are never changed; reports and budgets follow
 * from them.
 */
package dev.guildhall.ledger;
