package dev.guildhall.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * An object that the operator wants to make exists already and belongs to somebody else; it is left
 * alone.
 */
public final class ForeignObjectException extends RuntimeException {

  ForeignObjectException(HasMetadata found) {
    super(
        "%s %s exists and is not owned by this resource: delete or rename it, or choose another name"
            .formatted(found.getKind(), found.getMetadata().getName()));
  }
}
