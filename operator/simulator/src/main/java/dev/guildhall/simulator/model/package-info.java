/** What a group's step costs, what the pool has, what is promised. */
package dev.guildhall.simulator.model;
