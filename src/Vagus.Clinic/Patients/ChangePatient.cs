using Microsoft.AspNetCore.Http;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Patients;

/// <summary><c>PUT /api/patients/{id}</c>: the fields that are named are changed.</summary>
internal sealed class ChangePatient(FhirRecords records)
{
    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var body = await BodyFields.Read(http.Request, PatientFields.Names);
        if (body.Refusal is { } unread) return Answers.Refuse(unread);
        var asked = PatientFields.Of(body.Value);
        if (body.Value.Refusal is { } wrong) return Answers.Refuse(wrong);

        return Answers.Of(http, await ChangeRecord.Run<PatientView>(
            records.Of(http), "Patient", id, body.Value.Version,
            async (turn, current) =>
            {
                var patient = current.ToObject();
                asked.ApplyTo(patient);
                var written = await turn.Update(current, patient);
                return written.Refusal is { } refused ? refused : PatientView.Of(written.Value);
            },
            PatientView.Of));
    }
}
