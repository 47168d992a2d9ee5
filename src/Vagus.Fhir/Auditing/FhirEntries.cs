using System.Globalization;
using Vagus.Access.Audit;
using Vagus.Access.Tenants;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Auditing;

/// <summary>What the audit says of each interaction: ids and versions, and the patients whom it concerns.</summary>
internal static class FhirEntries
{
    public static AuditEntry Of(FhirCall call, string action, string? on) =>
        AuditEntry.Of(action, call.Caller, call.Origin) with { On = on };

    public static AuditEntry OfRead(FhirCall call, string action, StoredResource shown) =>
        Of(call, action, VersionedReference(shown.Type, shown.Id, shown.Version)) with
        {
            Patients = action == AuditActions.ReadVersion ? PatientsOfVersions(call, [shown]) : PatientsOf([shown]),
        };

    public static AuditEntry OfHistory(FhirCall call, string type, string id, IReadOnlyList<StoredResource> shown) =>
        Of(call, AuditActions.History, $"{type}/{id}") with { Shown = Shown(shown), Patients = PatientsOfVersions(call, shown) };

    public static AuditEntry OfHistoryOfType(FhirCall call, string type, IReadOnlyList<StoredResource> shown) =>
        Of(call, AuditActions.HistoryOfType, type) with { Shown = Shown(shown), Patients = PatientsOfVersions(call, shown) };

    public static AuditEntry OfHistoryOfSystem(FhirCall call, IReadOnlyList<StoredResource> shown) =>
        Of(call, AuditActions.HistoryOfSystem, on: null) with { Shown = References(shown), Patients = PatientsOfVersions(call, shown) };

    /// <summary>An operation that shows resources of several types.</summary>
    public static AuditEntry OfOperation(FhirCall call, string on, string name, IReadOnlyList<StoredResource> shown) =>
        Of(call, AuditActions.Operation, on) with { Detail = name, Shown = References(shown), Patients = PatientsOf(shown) };

    /// <summary>The same where earlier versions are shown.</summary>
    public static AuditEntry OfOperationOnVersions(FhirCall call, string on, string name, IReadOnlyList<StoredResource> shown) =>
        OfOperation(call, on, name, shown) with { Patients = PatientsOfVersions(call, shown) };

    /// <summary>What the receiver of a subscription is told, with the rights of the call.</summary>
    public static AuditEntry OfNotification(FhirCall call, string subscription, IReadOnlyList<StoredResource> shown, string detail) =>
        Of(call, AuditActions.Notify, $"Subscription/{subscription}") with { Detail = detail, Shown = References(shown) };

    public static AuditEntry OfSearch(FhirCall call, string type, IReadOnlyList<StoredResource> shown) =>
        Of(call, AuditActions.Search, type) with { Shown = Shown(shown), Patients = PatientsOf(shown) };

    /// <summary>A resource that moves between records concerns the patients of both.</summary>
    public static AuditEntry OfChange(FhirCall call, ResourceChange change) =>
        Of(call, ActionOf(change), change.VersionedReference) with
        {
            Patients = change.PatientsBefore.Count == 0 ? change.Patients : [.. change.Patients.Union(change.PatientsBefore)],
            Detail = call.MessageTo is { Count: > 0 } to ? AuditRecipients.Write(to) : null,
        };

    /// <summary>What the caller asked for and did not get.</summary>
    public static AuditEntry OfRefusal(FhirCall call, string action, string? on, Refusal refusal) => Of(call, action, on) with
    {
        Outcome = AuditOutcome.MinorFailure,
        Reason = refusal.Code,
    };

    /// <summary>
    /// What a request named, or null. Its parts are a client's text: only what can be a type, an id and a version is taken over.
    /// </summary>
    public static string? Target(string? type, string? id, string? version = null)
    {
        if (type is null || !R4Definitions.IsResourceType(type)) return null;
        if (id is null || !ChosenId.IsFhirId(id)) return type;
        return version is not null && ChosenId.IsFhirId(version) ? $"{type}/{id}/_history/{version}" : $"{type}/{id}";
    }

    private static string ActionOf(ResourceChange change) =>
        change.After is null ? AuditActions.Delete : change.Before is null ? AuditActions.Create : AuditActions.Update;

    private static List<string> Shown(IReadOnlyList<StoredResource> resources) =>
        [.. resources.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Id}/{each.Version}"))];

    private static List<string> References(IReadOnlyList<StoredResource> resources) =>
        [.. resources.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Type}/{each.Id}/{each.Version}"))];

    public static List<PatientId> PatientsOf(IReadOnlyList<StoredResource> resources)
    {
        // Most reads are of one patient.
        if (resources is [{ Compartments.Length: 0 }]) return [];
        var patients = resources
            .Select(each => each.Compartments)
            .Distinct(StringComparer.Ordinal)
            .SelectMany(text => CompartmentList.Parse(text).Patients);
        return [.. patients.Distinct(StringComparer.Ordinal).Select(patient => new PatientId(patient))];
    }

    // The body of a version names the patient of that time; the row names the current one.
    private static List<PatientId> PatientsOfVersions(FhirCall call, IReadOnlyList<StoredResource> shown)
    {
        var compartments = new CompartmentReader(call.Own);
        var ofThen = shown.Where(version => version.Body is not null)
            .SelectMany(version => compartments.Patients(OwnReferences.Read(version.Body, call.Own), version.Type));
        return [.. PatientsOf(shown).Union(ofThen.Select(patient => new PatientId(patient)))];
    }

    private static string VersionedReference(string type, string id, long version) =>
        string.Create(CultureInfo.InvariantCulture, $"{type}/{id}/_history/{version}");
}
