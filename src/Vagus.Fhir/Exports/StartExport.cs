using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Http;
using Vagus.Fhir.Interactions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Exports;

/// <summary>
/// GET and POST [base]/$export, [base]/Patient/$export and [base]/Group/[id]/$export (Bulk Data Access 2.0): keeps the request
/// and answers with the address of its status. The work is done within the calls to that address.
/// </summary>
internal sealed class StartExport(
    FhirOptions options, FhirCalls calls, FhirReads reads, GroupCommit commit, IdSource ids)
{
    private const int MostOfUser = 2;
    private const int MostOfTenant = 8;
    private const int MostPatients = 10_000;

    private const string PatientName = "patient";

    private static readonly Refusal OfNoMember = FhirRefusals.Invalid("A patient that is named is not of the group.");

    private static readonly Refusal NotAsynchronous = FhirRefusals.Invalid("$export is answered later only: send Prefer: respond-async.");

    private static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "throttled", "As many exports as there may be are being made. Wait for one, or cancel it.");

    public Task<IResult> OfSystem(HttpContext http) => Answer(http, Operations.ExportOfSystem, ofPatients: false, group: null);

    public Task<IResult> OfPatients(HttpContext http) => Answer(http, Operations.ExportOfPatients, ofPatients: true, group: null);

    public Task<IResult> OfGroup(string id, HttpContext http) => Answer(http, Operations.ExportOfGroup, ofPatients: true, group: id);

    private async Task<IResult> Answer(HttpContext http, OperationRow operation, bool ofPatients, string? group)
    {
        var call = calls.Of(http);
        if (!Preferences.IsAsynchronous(http.Request)) return FhirResponses.Refuse(NotAsynchronous);
        var parameters = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (parameters.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var url = $"{call.BaseUrl}{http.Request.Path.Value?["/fhir".Length..]}{http.Request.QueryString}";
        var read = ExportRequest.Read(call, operation, parameters.Value, url, ofPatients);
        if (read.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var request = read.Value;
        if (group is not null)
        {
            var patients = await PatientsOf(call, group);
            if (patients.Refusal is { } unknown) return FhirResponses.Refuse(unknown);
            request = request with { Patients = patients.Value };
        }

        var named = NamedPatients(call, parameters.Value);
        if (named.Refusal is { } unfit) return FhirResponses.Refuse(unfit);
        if (named.Value.Count > 0)
        {
            if (request.Patients is { } members && named.Value.Exists(patient => !members.Contains(patient)))
                return FhirResponses.Refuse(OfNoMember);
            request = request with { Patients = named.Value };
        }

        var started = await Start(call, request);
        return started.Refusal is { } refused
            ? FhirResponses.Refuse(refused)
            : new FhirResponse(StatusCodes.Status202Accepted, OperationOutcome.Write())
            {
                ContentLocation = $"{call.BaseUrl}/$export-status/{started.Value}",
            };
    }

    /// <summary>Those of the parameter <c>patient</c>; none: it was not sent.</summary>
    private static Result<List<string>> NamedPatients(FhirCall call, OperationParameters parameters)
    {
        var patients = new SortedSet<string>(StringComparer.Ordinal);
        var references = parameters.Elements(PatientName).Select(each => PropertyText.Of(each, "reference"u8) ?? "");
        foreach (var text in parameters.Texts(PatientName).Concat(references))
        {
            var reference = ReferenceText.Parse(text);
            if (reference is not { Type: "Patient", Id: { } patient } || !reference.IsLocal(call.Own))
                return FhirRefusals.Invalid("patient is a reference to a Patient of this server.");
            patients.Add(patient);
        }

        return patients.Count > MostPatients
            ? FhirRefusals.TooCostly($"An export of at most {MostPatients} named patients is made.") : patients.ToList();
    }

    /// <summary>The members of a group that the caller reads; those that have left are not of it.</summary>
    private async ValueTask<Result<List<string>>> PatientsOf(FhirCall call, string id)
    {
        var group = await reads.Current(call, "Group", id);
        if (group.Refusal is { } unknown) return unknown;
        var patients = new SortedSet<string>(StringComparer.Ordinal);
        if (StoredBody.Read(group.Value.Body).TryGetProperty("member"u8, out var members))
        {
            foreach (var member in members.EnumerateArray())
            {
                if (member.TryGetProperty("inactive"u8, out var inactive) && inactive.ValueKind == JsonValueKind.True) continue;
                if (!member.TryGetProperty("entity"u8, out var entity) || PropertyText.Of(entity, "reference"u8) is not { } text) continue;
                var reference = ReferenceText.Parse(text);
                if (reference is { Type: "Patient", Id: { } patient } && reference.IsLocal(call.Own)) patients.Add(patient);
            }
        }

        return patients.Count > MostPatients
            ? FhirRefusals.TooCostly($"A group of at most {MostPatients} patients is exported.") : patients.ToList();
    }

    private async ValueTask<Result<string>> Start(FhirCall call, ExportRequest request)
    {
        var (tenant, id) = (call.Caller.Tenant, ids.NewId());
        return await commit.Write<string>(
            tenant,
            async (write, cancel) =>
            {
                var working = await write.QueryOne(
                    ExportTables.CountWorking, [call.Caller.User.Value, tenant.Value, write.At.ToMicroseconds()],
                    row => (row.GetInt64(0), row.GetInt64(1)), cancel);
                if (working.Item1 >= MostOfUser || working.Item2 >= MostOfTenant) return TooMany;
                // The border is read within the write. A change that commits behind it with an earlier instant is in the next export:
                // ReadExport.Overlap.
                var head = await write.NextPosition(cancel) - 1;
                write.Insert(
                    ExportTables.Rows, tenant.Value, id, call.Caller.User.Value, ExportRequest.RightsOf(call.Reach),
                    JsonSerializer.Serialize(request), head, write.At.ToMicroseconds(),
                    (write.At + options.ExportLifetime).ToMicroseconds(),
                    ExportRow.Working, JsonSerializer.Serialize(new ExportPlace(0, 0, null, 0)), 0L, null, 0L);
                AuditTrail.Add(write, FhirEntries.OfOperation(call, $"Export/{id}", "export", []));
                return id;
            },
            call.Cancel);
    }
}
