/** The simulated cluster: groups, router, gateway's counts, clock. */
package dev.guildhall.simulator.cluster;
