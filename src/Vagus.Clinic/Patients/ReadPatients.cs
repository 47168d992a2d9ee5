using Microsoft.AspNetCore.Http;
using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Patients;

/// <summary><c>GET /api/patients</c>: within the caller's reach, by name. <c>GET /api/patients/{id}</c>.</summary>
internal sealed class ReadPatients(FhirRecords records)
{
    public async Task<IResult> One(string id, HttpContext http)
    {
        var read = await records.Of(http).Read("Patient", id);
        Result<PatientView> answer = read.Refusal is { } refusal ? refusal : PatientView.Of(read.Value);
        return Answers.Of(http, answer);
    }

    public async Task<IResult> List(HttpContext http)
    {
        var query = ListQuery.ReadCounted(http.Request.Query, "search", "mrn", "birthDate");
        if (query.Refusal is { } wrong) return Answers.Refuse(wrong);
        var asked = query.Value;
        (string, string?)[] parameters =
        [
            .. Words(asked["search"]).Select(word => ("name", (string?)SearchRecords.Literal(word))),
            ("identifier", asked["mrn"] is { } number ? SearchRecords.Literal(number) : null),
            ("birthdate", asked["birthDate"]),
            ("_sort", "family,given"),
        ];
        return Answers.Page(http, await SearchRecords.Run(records.Of(http), "Patient", asked, parameters, PatientView.Of));
    }

    // Each word must begin a part of the name, in any order.
    private static string[] Words(string? search) =>
        search?.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
