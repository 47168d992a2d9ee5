using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// Records that a person opened a laboratory report, before it is shown: <c>lab.result.viewed</c>, for every read of one instance. A
/// search is a list and opens nothing; nor does a service that reads, or a HEAD, which shows no content.
/// </summary>
internal sealed class RecordResultViewed(FhirWrites writes, TimeProvider clock)
{
    private static readonly string[] LabCategories = ["LAB", "laboratory", "CH", "HM", "MB", "CP", "SP", "IMM", "SR", "TX"];

    /// <summary>In a write of its own; the answer waits for its commit.</summary>
    public async ValueTask<Refusal?> Tell(FhirRequest request, StoredResource stored, CancellationToken cancel)
    {
        if (Opened(request, stored) is not { } report) return null;
        var told = await writes.Run<StoredResource>(
            request.Caller,
            request.Own,
            async (writer, write, stop) =>
            {
                await Tell(request, stored, report, write, writer, stop);
                return stored;
            },
            cancel);
        return told.Refusal;
    }

    /// <summary>Within a transaction that reads: with it, or not at all.</summary>
    public async ValueTask Tell(
        FhirRequest request, StoredResource stored, WriteTransaction write, ResourceWriter writer, CancellationToken cancel)
    {
        if (Opened(request, stored) is { } report) await Tell(request, stored, report, write, writer, cancel);
    }

    // Asked within the write: a label that was added since the version was read comes before the event in the log.
    private async ValueTask Tell(
        FhirRequest request, StoredResource stored, JsonElement report, WriteTransaction write, ResourceWriter writer,
        CancellationToken cancel)
    {
        var standing = await write.Query(
            Standing,
            [write.Tenant.Value, stored.Version, stored.Rid],
            row => (Sensitive: row.GetBoolean(0), Released: row.GetBoolean(1), Compartments: CompartmentList.Parse(row.GetString(2))),
            cancel);
        if (standing is not [{ Compartments.Rows: [var (patient, _), ..] } first]) return;
        var about = new ResourceChange(stored.Type, stored.Id, stored.Version, report, report)
        {
            Patients = [.. first.Compartments.Patients.Select(each => new PatientId(each))],
            Sensitive = first.Sensitive,
            Released = first.Released,
        };
        var at = BodyTemplate.Text(clock.GetUtcNow());
        var viewed = new LabResultViewed(patient, about.VersionedReference, stored.Id, request.Caller.User.Value, at);
        await writer.Tell(about, viewed, cancel);
    }

    private static JsonElement? Opened(FhirRequest request, StoredResource stored)
    {
        if (stored.Type != "DiagnosticReport" || request.Caller.Role == Role.Service) return null;
        if (HttpMethods.IsHead(request.Http.Request.Method)) return null;
        var report = OwnReferences.Read(stored.Body, request.Own);
        return IsLab(report) ? report : null;
    }

    private static bool IsLab(JsonElement report)
    {
        if (!report.TryGetProperty("category", out var categories)) return false;
        return categories.EnumerateArray()
            .Where(category => category.TryGetProperty("coding", out _))
            .SelectMany(category => category.GetProperty("coding").EnumerateArray())
            .Any(coding => coding.TryGetProperty("code", out var code) && LabCategories.Contains(code.GetString(), StringComparer.Ordinal));
    }

    // An opening lies in the log behind the label that hid an older version, so it is as hidden as the current version and the opened one
    // together. The patients are those of the write: an address that the request names decides nothing here.
    private static readonly Statement Standing = new($"""
        select case when r.sensitive or v.sensitive then true else false end,
          case when r.released and v.released then true else false end,
          r.compartments
        from fhir_resource r
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = @version
        where r.type_number = {Names.TypeSql("@tenant_id", "'DiagnosticReport'")}
          and r.rid = @rid
        """);
}
