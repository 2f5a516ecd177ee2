package dev.guildhall.crds;

import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.client.CustomResource;

/**
 * What every resource of Guildhall is: a spec that must be given and a status that is absent until
 * a controller writes it.
 *
 * @param <S> spec
 * @param <T> status
 */
public abstract class GuildhallResource<S, T extends Conditioned> extends CustomResource<S, T> {

  @Override
  @Required
  public S getSpec() {
    return super.getSpec();
  }

  @Override
  protected S initSpec() {
    return null;
  }

  @Override
  protected T initStatus() {
    return null;
  }
}
