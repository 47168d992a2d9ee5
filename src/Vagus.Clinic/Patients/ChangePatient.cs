using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Patients;

/// <summary><c>PUT /api/patients/{id}</c>: the fields that are named are changed. A number is one record's.</summary>
internal sealed class ChangePatient(FhirRecords records, TimeProvider clock)
{
    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, PatientFields.Names);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var asked = PatientFields.Of(body.Value, clock.GetUtcNow());
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        var call = records.Of(http);
        IReadOnlyList<string> others = [];
        var changed = await ChangeRecord.Run<PatientView>(
            call, "Patient", id, body.Value.Version,
            async (turn, current) =>
            {
                others = [];
                if (asked.Mrn is { } number && number != PatientView.MrnOf(current.Json))
                {
                    var found = await FindDuplicates.WithNumber(turn, number);
                    if (found.Refusal is { } refusal) return refusal;
                    others = [.. found.Value.Where(each => each != id)];
                    if (others.Count > 0) return NumberTaken;
                }

                var patient = current.ToObject();
                asked.ApplyTo(patient);
                var written = await turn.Update(current, patient);
                return written.Refusal is { } refused ? refused : PatientView.Of(written.Value);
            },
            PatientView.Of);
        return others.Count > 0 ? Answers.Refuse(await FindDuplicates.Tell(call, NumberTaken, others)) : Answers.Of(http, changed);
    }

    private static readonly Refusal NumberTaken = new(
        RefusalKind.Conflict, "possible_duplicate", "The number in mrn is that of another record: it may be of the same person.");
}
