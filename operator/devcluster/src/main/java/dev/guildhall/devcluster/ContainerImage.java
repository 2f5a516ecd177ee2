package dev.guildhall.devcluster;

import java.nio.file.Path;

/**
 * An image as an archive on disk.
 *
 * @param name with tag, such as {@code guildhall.dev/pause:1}
 * @param tar in the form of {@code docker save}
 */
public record ContainerImage(String name, Path tar) {}
