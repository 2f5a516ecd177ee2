/** Who decides how many groups there are: the planner, and what others use. */
package dev.guildhall.simulator.policy;
