using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// <c>POST /api/biopsies/{id}/result</c>: the laboratory's final report. A second one is refused unless it says that it amends the first:
/// it replaces it then and waits for a review again.
/// </summary>
internal sealed class ReportBiopsy(FhirRecords records, ReadBiopsies biopsies)
{
    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, BiopsyResult.Fields);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var result = BiopsyResult.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var (call, seesSignatures) = (records.Of(http), http.Reach().May(ResourceInteractions.Search, "Provenance"));
        return await TakeStep.Run(
            http, call, biopsies, id, body.Value.Version, seesSignatures, (turn, biopsy) => Report(turn, biopsy, result));
    }

    private static async ValueTask<Result<FhirRecord>> Report(RecordTurn turn, BiopsyFile biopsy, BiopsyResult result)
    {
        if (BiopsyStatus.Moves.Refuse(biopsy.Status, BiopsyStatus.Resulted) is { } refusal) return refusal;
        if (biopsy.Report is not null && !result.Amends) return HasResult(biopsy.Status);
        var report = ReportRecord.Of(biopsy, result, turn.At);
        var written = biopsy.Report is { } before ? await turn.Update(before, report) : await turn.Create(report);
        if (written.Refusal is { } unwritten) return unwritten;
        var order = biopsy.Order.ToObject();
        // A review of the result before does not stand for this one.
        if (biopsy.Order.Json.Text("status") == "completed") order["status"] = "active";
        StateTag.Set(order, BiopsyStatus.Resulted);
        return await turn.Update(biopsy.Order, order);
    }

    private static ClinicRefusal HasResult(string status) =>
        new(RefusalKind.Conflict, "invalid_transition", "There is a result. Send 'amends': true where this one replaces it.")
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["from"] = status, ["allowed"] = BiopsyStatus.Moves.From(status),
            },
        };
}
