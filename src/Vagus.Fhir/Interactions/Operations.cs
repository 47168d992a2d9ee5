namespace Vagus.Fhir.Interactions;

/// <summary>The operations that there are, by the type that they are asked of, as the CapabilityStatement lists them.</summary>
internal static class Operations
{
    private const string Definitions = "http://hl7.org/fhir/OperationDefinition/";

    private static readonly (string Name, string Definition, Func<string, bool> IsOf)[] All =
    [
        ("everything", "Patient-everything", type => type == "Patient"),
        ("everything", "Encounter-everything", type => type == "Encounter"),
        ("match", "Patient-match", type => type == "Patient"),
        ("lastn", "Observation-lastn", type => type == "Observation"),
        ("validate", "Resource-validate", _ => true),
        ("meta", "Resource-meta", type => type != "AuditEvent"),
        ("meta-add", "Resource-meta-add", type => type is not ("AuditEvent" or "Provenance" or Messages.Type)),
        ("meta-delete", "Resource-meta-delete", type => type is not ("AuditEvent" or "Provenance" or Messages.Type)),
    ];

    public static IEnumerable<(string Name, string Definition)> Of(string type) =>
        All.Where(operation => operation.IsOf(type)).Select(operation => (operation.Name, Definitions + operation.Definition));
}
