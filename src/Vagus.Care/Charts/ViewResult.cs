using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Fhir.Interactions;

namespace Vagus.Care.Charts;

/// <summary>
/// <c>POST …/labs/{id}/viewed</c>: a person has the result before the eyes. It is the same act as reading the report by its id: one
/// <c>lab.result.viewed</c>, one entry of the audit.
/// </summary>
internal sealed class ViewResult(ChartDoor door, OpenRecord record)
{
    public async Task<IResult> Answer(string patientId, string id, HttpContext http)
    {
        var opened = await door.Open(http, patientId);
        if (opened.Refusal is { } closed) return closed.ToProblem();
        var query = new FactQuery(opened.Value).AddNewest(FactKind.Patient, 1).AddOf(FactKind.LabResult, id);
        var rows = await query.Run(door.Queries, http.RequestAborted);
        if (await door.Refuse(opened.Value, rows, http.RequestAborted) is { } refused) return refused.ToProblem();
        if (!rows[FactKind.LabResult].Any()) return ChartRefusals.NoSuchResult.ToProblem();
        return await record.Open(http, "DiagnosticReport", id) is { } failed ? failed.ToProblem() : TypedResults.NoContent();
    }
}
