/**
 * Scales roles: hands what ranks and gateway say of themselves to the planner's decision, and
 * writes the numbers of groups that it comes to.
 */
package dev.guildhall.controller.scaling;
