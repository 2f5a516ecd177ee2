/** What ranks and gateway say of themselves, read while somebody goes by it. */
package dev.guildhall.controller.signals;
