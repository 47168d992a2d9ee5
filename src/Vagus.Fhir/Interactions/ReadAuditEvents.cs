using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Http;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// GET [base]/AuditEvent and [base]/AuditEvent/[id]: the tenant's audit log as AuditEvents, made from its entries when they are asked for.
/// For administrators, by an application where it was granted AuditEvent as a whole: entries are no rows, of which scopes could let some
/// through. Each look is an entry itself.
/// </summary>
internal sealed class ReadAuditEvents(FhirCalls calls, AuditReader reader, AuditTrail trail, AuditSeal seal)
{
    private const string Type = "AuditEvent";

    // 45 CFR 164.528(a)(1).
    private const int YearsOfAccounting = 6;
    private const int AccountingPage = 200;
    private const int FormBytes = 16 * 1024;

    public static void Map(RouteGroupBuilder fhir, string[] reads)
    {
        var admin = fhir.MapGroup("").Require(Policy.Admin).Audits(AuditActions.ReadAudit);
        admin.MapMethods("/AuditEvent", reads, (HttpContext http, ReadAuditEvents use) => use.Search(http, http.Request.Query));
        admin.MapPost("/AuditEvent/_search", (HttpContext http, ReadAuditEvents use) => use.SearchForm(http));
        admin.MapMethods("/AuditEvent/{id}", reads, (string id, HttpContext http, ReadAuditEvents use) => use.One(id, http));
        admin.MapMethods(
            "/Patient/{id}/$accounting-of-disclosures", reads,
            (string id, HttpContext http, ReadAuditEvents use) => use.Account(id, http));
    }

    /// <summary>The parameters in a form; those of an address do not count here.</summary>
    private async Task<IResult> SearchForm(HttpContext http)
    {
        if (!http.Request.HasFormContentType) return FhirResponses.Refuse(FhirRefusals.UnsupportedForm);
        if (http.Request.ContentLength is not <= FormBytes) return FhirResponses.Refuse(FhirRefusals.TooLarge(FormBytes));
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        return await Search(http, new QueryCollection(form.ToDictionary(StringComparer.Ordinal)));
    }

    private async Task<IResult> Search(HttpContext http, IQueryCollection query)
    {
        var call = calls.Of(http);
        if (call.RefuseParts(ResourceInteractions.Search, Type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        var asked = AuditEventSearch.Read(query, call);
        if (asked.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var page = await reader.Search(call.Caller.Tenant, asked.Value.Filter, asked.Value.Before, asked.Value.Count, call.Cancel);
        if (await Record(call, asked.Value.Filter.Resource, asked.Value.Filter.Patient) is { } unaudited)
            return FhirResponses.Refuse(unaudited);
        return Bundle(call, page, asked.Value.Filter.Patient, asked.Value.Self, asked.Value.After);
    }

    private async Task<IResult> One(string id, HttpContext http)
    {
        var call = calls.Of(http);
        if (call.RefuseParts(ResourceInteractions.Read, Type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        var (index, number) = PlaceOf(id);
        if (await Record(call, index is null ? null : $"AuditEvent/{id}", patient: null) is { } unaudited)
            return FhirResponses.Refuse(unaudited);
        if (index is not { } known || await reader.Find(call.Caller.Tenant, known, call.Cancel) is not { } found
            || number >= AuditEventJson.CountOf(found.Entry) || AuditEventJson.IdOf(found, number) != id)
        {
            return FhirResponses.Refuse(FhirRefusals.NotFound(Type, id));
        }

        return FhirResponse.Of(StatusCodes.Status200OK, EventOf(call, found, number));
    }

    /// <summary>
    /// What left the organization in the last six years (45 CFR 164.528), also for treatment, payment and operations: each with its
    /// purpose.
    /// </summary>
    private async Task<IResult> Account(string id, HttpContext http)
    {
        var (call, patient) = (calls.Of(http), new PatientId(id));
        var refused = call.RefuseParts(ResourceInteractions.Search, Type) ?? call.RefuseParts(ResourceInteractions.Read, "Patient");
        if (refused is { } forbidden) return FhirResponses.Refuse(forbidden);
        var filter = new AuditFilter
        {
            Patient = patient,
            Actions = [AuditActions.Disclose],
            From = call.Clock.GetUtcNow().AddYears(-YearsOfAccounting),
        };
        var before = AuditEventSearch.CursorOf(http.Request.Query);
        if (before.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var page = await reader.Search(call.Caller.Tenant, filter, before.Value, AccountingPage, call.Cancel);
        if (await Record(call, FhirEntries.Target("Patient", id), FhirEntries.Target("Patient", id) is null ? null : patient) is { } unaudited)
            return FhirResponses.Refuse(unaudited);
        var address = $"Patient/{id}/$accounting-of-disclosures";
        return Bundle(call, page, patient, address, next => $"{address}?{AuditEventSearch.Cursor}={next}");
    }

    private async ValueTask<Refusal?> Record(FhirCall call, string? on, PatientId? patient) => await trail.Append(
        call.Caller.Tenant,
        FhirEntries.Of(call, AuditActions.ReadAudit, on) with { Patients = patient is { } known ? [known] : [] });

    /// <summary>One event for each patient of an entry, or for the one patient that was asked for.</summary>
    private FhirResponse Bundle(FhirCall call, AuditPage page, PatientId? patient, string self, Func<string, string> after)
    {
        var bundle = new BundlePage("searchset", call, $"{call.BaseUrl}/{self}");
        foreach (var recorded in page.Entries)
        {
            for (var number = 0; number < AuditEventJson.CountOf(recorded.Entry); number++)
            {
                if (patient is null || recorded.Entry.Patients[number] == patient) bundle.AddMatch(EventOf(call, recorded, number));
            }
        }

        if (page.Next is { } next) bundle.Next = $"{call.BaseUrl}/{after(next.ToString(CultureInfo.InvariantCulture))}";
        return bundle.ToResponse();
    }

    private StoredResource EventOf(FhirCall call, RecordedEntry recorded, int number)
    {
        var tenant = call.Caller.Tenant;
        var query = recorded.Entry.SealedQuery is { } text ? seal.OpenQuery(tenant, text) : null;
        return new StoredResource
        {
            Type = Type,
            Id = AuditEventJson.IdOf(recorded, number),
            Version = 1,
            UpdatedAt = recorded.RecordedAt,
            Position = recorded.Index,
            Rid = recorded.Index,
            Interaction = "POST",
            Body = AuditEventJson.Write(new AuditSite(tenant, call.BaseUrl), recorded, query, number),
        };
    }

    private static (long? Index, int Number) PlaceOf(string id)
    {
        var parts = id.Split('-');
        if (parts.Length > 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return (null, 0);
        if (parts.Length == 1) return (index, 0);
        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (index, number) : (null, 0);
    }
}
