using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Care.Viewing;
using Vagus.Events;
using Vagus.Fhir.Interactions;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Care.Charts;

/// <summary>
/// <c>POST …/labs/{id}/viewed</c>: a person has the result, or the report of a study, before the eyes. It is the same act as reading the
/// report by its id: an entry of the audit each time, and <c>lab.result.viewed</c> once a day for each version.
/// </summary>
internal sealed class ViewResult(ChartDoor door, OpenRecord record, GroupCommit commit, IdSource ids)
{
    public async Task<IResult> Answer(string patientId, string id, HttpContext http)
    {
        var opened = await door.Open(http, patientId);
        if (opened.Refusal is { } closed) return closed.ToProblem();
        var query = new FactQuery(opened.Value).AddNewest(FactKind.Patient, 1)
            .AddOf(FactKind.LabResult, id).AddOf(FactKind.ImagingReport, id);
        var rows = await query.Run(door.Queries, http.RequestAborted);
        if (await door.Refuse(opened.Value, rows, http.RequestAborted) is { } refused) return refused.ToProblem();
        if (rows[FactKind.LabResult].Concat(rows[FactKind.ImagingReport]).FirstOrDefault() is not { } result)
            return ChartRefusals.NoSuchResult.ToProblem();
        var failed = result.IsKept
            ? await record.Open(http, "DiagnosticReport", id) : await Tell(http, opened.Value, result);
        return failed is null ? TypedResults.NoContent() : failed.ToProblem();
    }

    /// <summary>Of a result that another system has told of: there is no record to open.</summary>
    private async ValueTask<Refusal?> Tell(HttpContext http, ChartView view, FactRow result)
    {
        var caller = view.Reach.Caller;
        var reference = $"DiagnosticReport/{result.Key}";
        var trace = Activity.Current?.Id;
        var written = await commit.Write<long>(
            caller.Tenant,
            async (write, cancel) =>
            {
                AuditTrail.Add(write, AuditEntry.Of(AuditActions.Read, caller, AuditOrigin.Of(http)) with
                {
                    On = reference, Patients = [view.Patient],
                });
                // Each time that the other system tells of the result there is another fact of it.
                if (!await Viewings.IsNews(write, caller.User, $"{reference} since {result.Since}", cancel)) return 0L;
                var data = new LabResultViewed(
                    view.Patient.Value, reference, result.Key, caller.User.Value, StoredBody.InstantText(write.At));
                return await write.Append(
                    new NewEvent(ids.NewId(), EventCatalogue.Of(data).Name, EventCatalogue.Serialize(data))
                    {
                        Patient = view.Patient,
                        Resource = reference,
                        Released = result.IsReleased,
                        Labels = result.Labels,
                        UserId = caller.User.Value,
                        PortalType = caller.PortalType,
                        Cause = trace,
                    },
                    cancel);
            },
            http.RequestAborted);
        return written.Refusal;
    }
}
