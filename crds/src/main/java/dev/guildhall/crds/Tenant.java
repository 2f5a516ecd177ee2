package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Somebody who uses models and pays for them. */
@JsonClassDescription("Somebody who uses models and pays for them.")
@Group(GuildhallApi.GROUP)
@Version(GuildhallApi.VERSION)
@Categories(GuildhallApi.CATEGORY)
@ShortNames("gten")
@AdditionalPrinterColumn(
    name = "Display",
    jsonPath = ".spec.displayName",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Charged",
    jsonPath = ".status.spend.charged",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Left",
    jsonPath = ".status.spend.left",
    type = AdditionalPrinterColumn.Type.STRING)
public class Tenant extends GuildhallResource<TenantSpec, TenantStatus> {}
