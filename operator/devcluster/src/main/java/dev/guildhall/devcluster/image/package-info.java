/**
 * Guildhall's own images: a Debian base, one Java run time for all, and what the build left in each
 * module's folder.
 */
package dev.guildhall.devcluster.image;
