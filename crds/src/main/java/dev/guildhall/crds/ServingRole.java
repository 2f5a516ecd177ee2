package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * How many groups of one role of a ModelDeployment there are; {@code kubectl scale} and autoscalers
 * change it.
 */
@JsonClassDescription(
    "How many groups of one role of a ModelDeployment there are; kubectl scale and autoscalers change it.")
@Group(GuildhallApi.GROUP)
@Version(GuildhallApi.VERSION)
@Categories(GuildhallApi.CATEGORY)
@ShortNames({"gsr"})
@AdditionalPrinterColumn(
    name = "Deployment",
    jsonPath = ".spec.deployment",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Role",
    jsonPath = ".spec.role",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Groups",
    jsonPath = ".spec.groups",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "ReadyGroups",
    jsonPath = ".status.readyGroups",
    type = AdditionalPrinterColumn.Type.INTEGER)
public class ServingRole extends GuildhallResource<ServingRoleSpec, ServingRoleStatus>
    implements Namespaced {}
