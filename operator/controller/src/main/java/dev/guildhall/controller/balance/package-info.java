/** Moves experts between a group's ranks: looks at their load, decides, and writes another map. */
package dev.guildhall.controller.balance;
