package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A model served on a pool of GPUs for the tenants that may call it. */
@JsonClassDescription("A model served on a pool of GPUs for the tenants that may call it.")
@Group(GuildhallApi.GROUP)
@Version(GuildhallApi.VERSION)
@Categories(GuildhallApi.CATEGORY)
@ShortNames({"gmd", "mdeploy"})
@ValidationRule(
    value = "self.metadata.name.matches('^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$')",
    message =
        "metadata.name must be a DNS label of at most 32 characters that begins with a letter: the names of its pods and"
            + " Services are made of it; choose a shorter or plainer name")
@AdditionalPrinterColumn(
    name = "Model",
    jsonPath = ".spec.model.name",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Pool",
    jsonPath = ".spec.pool",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "GPUs",
    jsonPath = ".status.gpus",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Groups",
    jsonPath = ".status.readyGroups",
    type = AdditionalPrinterColumn.Type.STRING)
public class ModelDeployment extends GuildhallResource<ModelDeploymentSpec, ModelDeploymentStatus>
    implements Namespaced {}
