package dev.guildhall.engine.server;

import dev.guildhall.engine.backend.BackendProvider;
import java.util.List;
import java.util.ServiceLoader;

/** Finds backends by name. */
public final class Backends {
  private Backends() {}

  /**
   * The backend of that name.
   *
   * @throws InvalidOptionException if there is none or it cannot run here, with the reason
   */
  public static BackendProvider named(String name) {
    List<BackendProvider> all =
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    BackendProvider provider =
        all.stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidOptionException(
                        "no backend is named %s; there are %s"
                            .formatted(
                                name, all.stream().map(BackendProvider::name).sorted().toList())));
    provider
        .unusableBecause()
        .ifPresent(
            reason -> {
              throw new InvalidOptionException(
                  "backend %s cannot run here: %s".formatted(name, reason));
            });
    return provider;
  }
}
