using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Patients;

/// <summary>
/// <c>POST /api/patients</c>: a new record, unless there may be one already and the client does not say that this is another person.
/// </summary>
internal sealed class RegisterPatient(FhirRecords records, TimeProvider clock)
{
    public async Task<IResult> Answer(HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, [.. PatientFields.Names, "confirmNew"]);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var (asked, isConfirmed) = (PatientFields.OfNew(body.Value, clock.GetUtcNow()), body.Value.Flag("confirmNew"));
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        IReadOnlyList<string> duplicates = [];
        var written = await call.Write<FhirRecord>(async turn =>
        {
            duplicates = [];
            if (isConfirmed) return await turn.Create(asked.ToResource());
            var found = await FindDuplicates.Run(turn, asked);
            if (found.Refusal is { } refusal) return refusal;
            duplicates = found.Value;
            return duplicates.Count > 0 ? PossibleDuplicate : await turn.Create(asked.ToResource());
        });
        if (duplicates.Count > 0) return Answers.Refuse(await FindDuplicates.Tell(call, PossibleDuplicate, duplicates));
        Result<PatientView> answer = written.Refusal is { } refused ? refused : PatientView.Of(written.Value);
        return Answers.Created(http, answer);
    }

    private static readonly Refusal PossibleDuplicate = new(
        RefusalKind.Conflict, "possible_duplicate",
        "There may be a record of this person already. Send confirmNew where it is another one.");
}
