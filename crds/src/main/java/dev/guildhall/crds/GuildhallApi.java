package dev.guildhall.crds;

/**
 * What all resource types of Guildhall share: the API group, its version, and the names of labels.
 */
public final class GuildhallApi {

  public static final String GROUP = "guildhall.dev";
  public static final String VERSION = "v1alpha1";

  /** {@code kubectl get guildhall} lists every resource of this category. */
  public static final String CATEGORY = "guildhall";

  public static final String DEPLOYMENT_LABEL = GROUP + "/deployment";
  public static final String ROLE_LABEL = GROUP + "/role";
  public static final String GROUP_LABEL = GROUP + "/group";

  /** A DNS label: what a Kubernetes namespace or Service may be called. */
  static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

  /** The name of a cluster-scoped resource of ours. */
  static final String RESOURCE_NAME = "^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$";

  /** The name of a model, as API consumers write it. */
  static final String MODEL_NAME = "^[A-Za-z0-9]([-._/A-Za-z0-9]*[A-Za-z0-9])?$";

  /** A non-negative amount of money, up to twelve digits before and after the point. */
  static final String AMOUNT = "^[0-9]{1,12}(\\.[0-9]{1,12})?$";

  static final String CURRENCY = "^[A-Z]{3}$";

  private GuildhallApi() {}
}
