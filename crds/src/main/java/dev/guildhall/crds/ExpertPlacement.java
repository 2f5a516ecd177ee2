package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** Which expert sits in which slot of each layer, for the groups of one role. */
@JsonClassDescription("Which expert sits in which slot of each layer, for the groups of one role.")
@Group(GuildhallApi.GROUP)
@Version(GuildhallApi.VERSION)
@Categories(GuildhallApi.CATEGORY)
@ShortNames({"gep"})
@AdditionalPrinterColumn(
    name = "Epoch",
    jsonPath = ".spec.epoch",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Observed",
    jsonPath = ".status.observedEpoch",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Applied",
    jsonPath = ".status.appliedEpoch",
    type = AdditionalPrinterColumn.Type.INTEGER)
public class ExpertPlacement extends GuildhallResource<ExpertPlacementSpec, ExpertPlacementStatus>
    implements Namespaced {}
