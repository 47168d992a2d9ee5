namespace Vagus.DefinitionsGenerator;

/// <summary>
/// What the package added to R4 from later versions and for its own server. HL7's own single elements (dataelements.json) tell the
/// difference; that file leaves out backbone elements and a few others, so the additions are named here rather than computed.
/// </summary>
internal static class NotR4
{
    private static readonly string[] Added =
    [
        "Meta.project", "Meta.author", "Meta.onBehalfOf", "Meta.account", "Meta.accounts", "Meta.compartment",
        "Binary.url", "DeviceDefinition.classification", "DeviceDefinition.bodySite", "ObservationDefinition.publisher",
        "EvidenceVariable.characteristic.linkId", "EvidenceVariable.characteristic.note",
        "EvidenceVariable.characteristic.definitionReference", "EvidenceVariable.characteristic.definitionCanonical",
        "EvidenceVariable.characteristic.definitionCodeableConcept", "EvidenceVariable.characteristic.definitionExpression",
        "EvidenceVariable.characteristic.definitionId", "EvidenceVariable.characteristic.definitionByTypeAndValue",
        "EvidenceVariable.characteristic.definitionByCombination", "EvidenceVariable.characteristic.instances[x]",
        "EvidenceVariable.characteristic.duration[x]", "EvidenceVariable.characteristic.timeFromEvent",
        "ResearchStudy.name", "ResearchStudy.label", "ResearchStudy.studyDesign", "ResearchStudy.region",
            "ResearchStudy.descriptionSummary",
        "ResearchStudy.classifier", "ResearchStudy.associatedParty", "ResearchStudy.progressStatus", "ResearchStudy.whyStopped",
        "ResearchStudy.recruitment", "ResearchStudy.comparisonGroup", "ResearchStudy.objective.description", "ResearchStudy.outcomeMeasure",
        "ResearchStudy.result",
    ];

    public static bool Has(string path) =>
        Added.Any(added => path.StartsWith(added, StringComparison.Ordinal) && (path.Length == added.Length || path[added.Length] == '.'));
}
