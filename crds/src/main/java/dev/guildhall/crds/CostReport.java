package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** What a pool's GPUs and tokens cost in a period, as a statement that adds up. */
@JsonClassDescription(
    "What a pool's GPUs and tokens cost in a period, as a statement that adds up.")
@Group(GuildhallApi.GROUP)
@Version(GuildhallApi.VERSION)
@Categories(GuildhallApi.CATEGORY)
@ShortNames({"gcr"})
@AdditionalPrinterColumn(
    name = "From",
    jsonPath = ".spec.period.from",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "To",
    jsonPath = ".spec.period.to",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Total",
    jsonPath = ".status.total",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Statement",
    jsonPath = ".status.configMap",
    type = AdditionalPrinterColumn.Type.STRING)
public class CostReport extends GuildhallResource<CostReportSpec, CostReportStatus>
    implements Namespaced {}
