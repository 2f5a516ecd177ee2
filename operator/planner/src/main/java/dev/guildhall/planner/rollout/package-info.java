/** Whether a new version gets more of the requests, all of them or none. */
package dev.guildhall.planner.rollout;
