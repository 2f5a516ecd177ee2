/**
 * Tries new versions of a role on a share of the requests: reads how the gateway's calls went, has
 * the planner judge, and says what the ServingRole is to be next.
 */
package dev.guildhall.controller.rollout;
