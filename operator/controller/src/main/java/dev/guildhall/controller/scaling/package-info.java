/**
 * Scales roles: reads what ranks and gateway say of themselves, hands it to the planner's decision,
 * and writes the numbers of groups that it comes to.
 */
package dev.guildhall.controller.scaling;
