package dev.guildhall.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * Prices of tokens. A change applies to requests that begin after it; charges already made keep
 * their price.
 */
@JsonClassDescription(
    "Prices of tokens. A change applies to requests that begin after it; charges already made keep their price.")
@Group(GuildhallApi.GROUP)
@Version(GuildhallApi.VERSION)
@Categories(GuildhallApi.CATEGORY)
@ShortNames("grc")
@AdditionalPrinterColumn(
    name = "Currency",
    jsonPath = ".spec.currency",
    type = AdditionalPrinterColumn.Type.STRING)
public class RateCard extends GuildhallResource<RateCardSpec, RateCardStatus> {}
