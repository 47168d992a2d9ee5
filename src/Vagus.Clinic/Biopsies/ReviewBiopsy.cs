using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Clinic.Signatures;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// <c>POST /api/biopsies/{id}/review</c>: the provider signs that the result was seen and what is to be done. A result is reviewed once;
/// a second reviewer is told who was first.
/// </summary>
internal sealed class ReviewBiopsy(FhirRecords records, ReadBiopsies biopsies, SigningKeys keys)
{
    private static readonly Refusal NoPractitioner = new(
        RefusalKind.Unprocessable, "no_practitioner", "Who signs needs a sign-in that is linked to a Practitioner.");

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, "decision", "note");
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var (decision, note) = (body.Value.Text("decision", 1_000), body.Value.TextOrNull("note", BodyFields.LongText));
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);
        var call = records.Of(http);
        var key = await keys.Current(call.Caller.Tenant, call.Cancel);
        if (key.Refusal is { } unavailable) return Answers.Refuse(unavailable);

        using var signing = key.Value;
        return await TakeStep.Run(
            http, call, biopsies, id, body.Value.Version, seesSignatures: true,
            async (turn, biopsy) => call.Caller.Practitioner is not { } practitioner ? NoPractitioner : await Review(
                turn, biopsy, report => ReviewRecord.Of(signing, report, practitioner, decision, note, turn.At)));
    }

    private static async ValueTask<Result<FhirRecord>> Review(
        RecordTurn turn, BiopsyFile biopsy, Func<FhirRecord, JsonObject> sign)
    {
        if (biopsy is { Status: BiopsyStatus.Reviewed, Review: { } before }) return AlreadyReviewed(before);
        if (BiopsyStatus.Moves.Refuse(biopsy.Status, BiopsyStatus.Reviewed) is { } refusal) return refusal;
        var report = biopsy.Report ?? throw new InvalidOperationException("A biopsy that may be reviewed has a report.");
        var order = biopsy.Order.ToObject();
        order["status"] = "completed";
        StateTag.Set(order, BiopsyStatus.Reviewed);
        var updated = await turn.Update(biopsy.Order, order);
        if (updated.IsRefused) return updated;
        var signed = await turn.Create(sign(report));
        return signed.Refusal is { } unsigned ? unsigned : updated;
    }

    private static ClinicRefusal AlreadyReviewed(FhirRecord review)
    {
        var signature = review.Json.First("signature");
        return new ClinicRefusal(RefusalKind.Conflict, "already_reviewed", "The result has been reviewed.")
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["by"] = signature?.Child("who")?.IdOf("Practitioner"), ["at"] = signature?.Instant("when"),
                ["from"] = BiopsyStatus.Reviewed, ["allowed"] = BiopsyStatus.Moves.From(BiopsyStatus.Reviewed),
            },
        };
    }
}
