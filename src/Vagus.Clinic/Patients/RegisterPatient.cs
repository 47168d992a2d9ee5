using Microsoft.AspNetCore.Http;
using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Patients;

/// <summary>
/// <c>POST /api/patients</c>: a new record, unless there may be one already and the client does not say that this is another person.
/// </summary>
internal sealed class RegisterPatient(FhirRecords records)
{
    public async Task<IResult> Answer(HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, [.. PatientFields.Names, "confirmNew"]);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var (asked, isConfirmed) = (PatientFields.OfNew(body.Value), body.Value.Flag("confirmNew"));
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
        if (duplicates.Count > 0) return Answers.Refuse(await Tell(call, duplicates));
        Result<PatientView> answer = written.Refusal is { } refused ? refused : PatientView.Of(written.Value);
        return Answers.Created(http, answer);
    }

    /// <summary>The records that the caller sees are named: who registers decides by them whether it is the same person.</summary>
    private static async ValueTask<Refusal> Tell(RecordCall call, IReadOnlyList<string> duplicates)
    {
        var seen = await call.Search("Patient", $"_id={string.Join(',', duplicates.Take(ListQuery.Most))}");
        if (seen.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
        return new ClinicRefusal(PossibleDuplicate.Kind, PossibleDuplicate.Code, PossibleDuplicate.Message)
        {
            Fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["candidates"] = seen.IsRefused ? [] : seen.Value.Items.Select(PatientView.Of).ToArray(),
            },
        };
    }

    private static readonly Refusal PossibleDuplicate = new(
        RefusalKind.Conflict, "possible_duplicate",
        "There may be a record of this person already. Send confirmNew where it is another one.");
}
