package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * GPU nodes of one kind and price: what deployments take their GPUs from, and whose every
 * GPU-second is accounted for.
 */
@JsonClassDescription(
    "GPU nodes of one kind and price: what deployments take their GPUs from, and whose every GPU-second is accounted for.")
@Group(GuildhallApi.GROUP)
@Version(GuildhallApi.VERSION)
@Categories(GuildhallApi.CATEGORY)
@ShortNames({"gnp", "gpupool"})
@AdditionalPrinterColumn(
    name = "Profile",
    jsonPath = ".spec.accelerator.profile",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Nodes",
    jsonPath = ".status.nodes.ready",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "GPUs",
    jsonPath = ".status.gpus.total",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Held",
    jsonPath = ".status.gpus.held",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Free",
    jsonPath = ".status.gpus.free",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Price",
    jsonPath = ".spec.pricePerGpuHour",
    type = AdditionalPrinterColumn.Type.STRING)
public class GpuNodePool extends GuildhallResource<GpuNodePoolSpec, GpuNodePoolStatus> {}
