using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// The operations that there are. The CapabilityStatement lists them, an OperationDefinition is served of each, and those of terminology
/// read their parameters by it; a test holds the endpoints against it.
/// </summary>
internal static class Operations
{
    private const string Bulk = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/";
    private const string Hl7 = "http://hl7.org/fhir/OperationDefinition/";

    public static readonly OperationRow Expand = new("ValueSet-expand", "expand", Hl7)
    {
        Types = ["ValueSet"], OnType = true, OnInstance = true,
        In = "url uri, valueSet ValueSet, valueSetVersion string, filter string, offset integer, count integer, "
            + "includeDesignations boolean, activeOnly boolean",
        Out = "return ValueSet",
    };

    public static readonly OperationRow Lookup = new("CodeSystem-lookup", "lookup", Hl7)
    {
        Types = ["CodeSystem"], OnType = true,
        In = "code code, system uri, version string, coding Coding, property code*",
        Out = "name string, version string, display string, designation -*, property -*",
    };

    public static readonly OperationRow ValidateCode = new("ValueSet-validate-code", "validate-code", Hl7)
    {
        Types = ["ValueSet"], OnType = true,
        In = "url uri, valueSet ValueSet, valueSetVersion string, code code, system uri, version string, display string, "
            + "coding Coding, codeableConcept CodeableConcept",
        Out = "result boolean, message string, display string",
    };

    public static readonly OperationRow ValidateCodeOfSystem = new("CodeSystem-validate-code", "validate-code", Hl7)
    {
        Types = ["CodeSystem"], OnType = true,
        In = "url uri, code code, version string, display string, coding Coding, codeableConcept CodeableConcept",
        Out = "result boolean, message string, display string",
    };

    public static readonly OperationRow Subsumes = new("CodeSystem-subsumes", "subsumes", Hl7)
    {
        Types = ["CodeSystem"], OnType = true,
        In = "codeA code, codeB code, system uri, version string, codingA Coding, codingB Coding",
        Out = "outcome code",
    };

    public static readonly OperationRow Translate = new("ConceptMap-translate", "translate", Hl7)
    {
        Types = ["ConceptMap"], OnType = true,
        In = "url uri, conceptMap ConceptMap, conceptMapVersion string, code code, system uri, version string, coding Coding, "
            + "codeableConcept CodeableConcept, targetsystem uri, reverse boolean",
        Out = "result boolean, message string, match -*",
    };

    private const string ExportParameters =
        "_outputFormat string, _since instant, _type string*, _typeFilter string*, _elements string";

    private const string NamedPatients = ", patient Reference*";

    public static readonly OperationRow ExportOfSystem = new("export", "export", Bulk)
    {
        OnSystem = true, In = ExportParameters,
    };

    public static readonly OperationRow ExportOfPatients = new("patient-export", "export", Bulk)
    {
        Types = ["Patient"], OnType = true, In = ExportParameters + NamedPatients,
    };

    public static readonly OperationRow ExportOfGroup = new("group-export", "export", Bulk)
    {
        Types = ["Group"], OnInstance = true, In = ExportParameters + NamedPatients,
    };

    public static readonly OperationRow Stats = new("Observation-stats", "stats", Hl7)
    {
        Types = ["Observation"], OnType = true,
        In = "subject uri, code string*, system uri, coding Coding, duration decimal, period Period, statistic code*, include boolean",
        Out = "statistics Observation*, source Observation*",
    };

    public static readonly OperationRow Documents = new("docref", "docref", "http://hl7.org/fhir/us/core/OperationDefinition/")
    {
        Types = ["DocumentReference"], OnType = true, In = "patient id, start date, end date, type string, on-demand boolean",
        Out = "return Bundle",
    };

    public static readonly OperationRow SubscriptionStatus = new("backport-subscription-status", "status", Backport.Operations)
    {
        Types = [SubscriptionBody.Type], OnType = true, OnInstance = true, In = "id id*, status code*", Out = "return Bundle",
    };

    public static readonly OperationRow SubscriptionEvents = new("backport-subscription-events", "events", Backport.Operations)
    {
        Types = [SubscriptionBody.Type], OnInstance = true,
        In = "eventsSinceNumber string, eventsUntilNumber string, content code", Out = "return Bundle",
    };

    public static readonly OperationRow SocketToken = new(
        "backport-subscription-get-ws-binding-token", "get-ws-binding-token", Backport.Operations)
    {
        Types = [SubscriptionBody.Type], OnType = true, OnInstance = true, In = "id id*",
        Out = "token string, expiration dateTime, subscription string*, websocket-url url",
    };

    public static readonly IReadOnlyList<OperationRow> All =
    [
        new("Patient-everything", "everything", Hl7)
        {
            Types = ["Patient"], OnInstance = true,
            In = "start date, end date, _since instant, _type code*, _count integer, _asOf string", Out = "return Bundle",
        },
        new("Encounter-everything", "everything", Hl7)
        {
            Types = ["Encounter"], OnInstance = true,
            In = "start date, end date, _since instant, _type code*, _count integer", Out = "return Bundle",
        },
        new("Patient-match", "match", Hl7)
        {
            Types = ["Patient"], OnType = true,
            In = "resource Patient, onlyCertainMatches boolean, count integer", Out = "return Bundle",
        },
        new("Observation-lastn", "lastn", Hl7) { Types = ["Observation"], OnType = true, In = "max positiveInt", Out = "return Bundle" },
        new("Resource-validate", "validate", Hl7)
        {
            OnType = true, OnInstance = true, In = "resource Resource, mode code, profile uri", Out = "return OperationOutcome",
        },
        new("Resource-meta", "meta", Hl7) { But = ["AuditEvent"], OnInstance = true, Out = "return Meta" },
        new("Resource-meta-add", "meta-add", Hl7)
        {
            But = ["AuditEvent", "Provenance", Messages.Type], OnInstance = true, AffectsState = true, In = "meta Meta", Out = "return Meta",
        },
        new("Resource-meta-delete", "meta-delete", Hl7)
        {
            But = ["AuditEvent", "Provenance", Messages.Type], OnInstance = true, AffectsState = true, In = "meta Meta", Out = "return Meta",
        },
        Expand, Lookup, ValidateCode, ValidateCodeOfSystem, Subsumes, Translate, ExportOfSystem, ExportOfPatients, ExportOfGroup,
        Stats, Documents,
        SubscriptionStatus, SubscriptionEvents, SocketToken,
        new("index-status", "index-status", "urn:vagus:OperationDefinition:")
        {
            Types = ["SearchParameter"], OnInstance = true, Out = "index -*",
        },
        new("decrypt", "decrypt", "urn:vagus:OperationDefinition:")
        {
            Types = [Messages.Type], OnInstance = true, Out = "return Communication",
        },
        new("accounting-of-disclosures", "accounting-of-disclosures", "urn:vagus:OperationDefinition:")
        {
            Types = ["Patient"], OnInstance = true, Out = "return Bundle",
        },
    ];

    public static IEnumerable<OperationRow> Of(string type) => All.Where(operation => operation.IsOf(type));
}

/// <summary>One operation.</summary>
/// <param name="Id">The id of its definition.</param>
/// <param name="Name">How it is called, without the dollar.</param>
/// <param name="Base">The canonical of its definition, without the id.</param>
internal sealed record OperationRow(string Id, string Name, string Base)
{
    public string Definition => Base + Id;

    /// <summary>The types that it is asked of; empty: every one but <see cref="But"/>.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    public IReadOnlyList<string> But { get; init; } = [];

    public bool OnSystem { get; init; }

    public bool OnType { get; init; }

    public bool OnInstance { get; init; }

    public bool AffectsState { get; init; }

    /// <summary>The parameters with their types, <c>*</c> behind those that repeat: <c>url uri, property code*</c>.</summary>
    public string In { get; init; } = "";

    /// <summary>The same of the answer; a type of <c>-</c> is a parameter with parts.</summary>
    public string Out { get; init; } = "";

    public bool IsOf(string type) => (OnType || OnInstance) && (Types.Count == 0 ? !But.Contains(type) : Types.Contains(type));

    /// <summary>A parameter that it does not have: left out, it would ask for more than was meant. Null: it has all of them.</summary>
    public Refusal? RefuseOthers(OperationParameters sent) => sent.Names.FirstOrDefault(name => !Takes(name)) is { } other
        ? FhirRefusals.NotSupported($"${Name} has no parameter '{FhirRefusals.Shown(other)}' here.") : null;

    public static IEnumerable<(string Name, string Type, bool Repeats)> Parameters(string list) => list
        .Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(each => each.Split(' '))
        .Select(parts => (parts[0], parts[1].TrimEnd('*'), parts[1].EndsWith('*')));

    private bool Takes(string parameter) => Parameters(In).Any(each => each.Name == parameter);
}
