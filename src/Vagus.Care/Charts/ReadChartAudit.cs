using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.Policies;

namespace Vagus.Care.Charts;

/// <summary>
/// <c>…/audit</c>: who did what with a patient's record, from the tenant's audit log, which is kept by itself and shows tampering. A chart
/// has no copy of it.
/// </summary>
internal sealed class ReadChartAudit(ChartDoor door, AuditReader reader, AuditTrail trail)
{
    public async Task<IResult> Answer(string patientId, HttpContext http)
    {
        var opened = await door.Open(http, patientId);
        if (opened.Refusal is { } closed) return closed.ToProblem();
        var view = opened.Value;
        var query = http.Request.Query;
        if (PageRequest.LimitIn(query) is not { } limit) return ChartRefusals.Malformed.ToProblem();
        var before = query["cursor"] is [{ } cursor] ? NumberOf(cursor) : long.MaxValue;
        if (before is null) return ChartRefusals.Malformed.ToProblem();

        var person = await new FactQuery(view).AddNewest(FactKind.Patient, 1).Run(door.Queries, http.RequestAborted);
        if (await door.Refuse(view, person, http.RequestAborted) is { } refused) return refused.ToProblem();
        var found = await reader.Search(
            view.Reach.Tenant, new AuditFilter { Patient = view.Patient }, before, limit, http.RequestAborted);
        var entry = AuditEntry.Of(AuditActions.ReadAudit, view.Reach.Caller, AuditOrigin.Of(http)) with { Patients = [view.Patient] };
        if (await trail.Append(view.Reach.Tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        var page = new ChartPage<AuditLine>(
            [.. found.Entries.Select(LineOf)], found.Next?.ToString(CultureInfo.InvariantCulture));
        return ChartAnswer.Of(http, page, ChartJson.Default.ChartPageAuditLine);
    }

    private static long? NumberOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static AuditLine LineOf(RecordedEntry recorded)
    {
        var entry = recorded.Entry;
        var parts = entry.On?.Split('/') ?? [];
        // What is not a resource is a route, or a type alone.
        var isResource = parts is [{ Length: > 0 } type, ..] && char.IsAsciiLetterUpper(type[0]) && !type.Contains(' ');
        return new AuditLine(
            entry.User?.Value, entry.Action, isResource ? parts[0] : null, isResource && parts.Length > 1 ? parts[1] : null, entry.Address,
            recorded.RecordedAt);
    }
}
