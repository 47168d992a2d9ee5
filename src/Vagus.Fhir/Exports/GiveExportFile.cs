using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Http;

namespace Vagus.Fhir.Exports;

/// <summary>GET [base]/$export-status/[id]/[number]: a file of an export. Each reading of it is in the audit before it begins.</summary>
internal sealed class GiveExportFile(FhirCalls calls, FindExports exports, StoredFiles stored, AuditTrail audit)
{
    public async Task<IResult> Answer(string id, string number, HttpContext http)
    {
        var call = calls.Of(http);
        var export = await exports.Readable(call, id);
        if (export.Refusal is { } unknown) return FhirResponses.Refuse(unknown);
        var files = await exports.Files(export.Value, call.Cancel);
        var file = files.Find(each => each.Number.ToString(CultureInfo.InvariantCulture) == number);
        if (file is null || await stored.Find(call.Caller.Tenant, file.FileId, call.Cancel) is not { } known)
            return FhirResponses.Refuse(FindExports.Unknown);
        var content = await stored.Open(known, call.Cancel);
        if (content.Refusal is { } gone) return FhirResponses.Refuse(gone);
        if (await audit.Append(call.Caller.Tenant, FhirEntries.Of(call, AuditActions.ReadFile, $"File/{file.FileId}")) is { } unaudited)
        {
            await content.Value.DisposeAsync();
            return FhirResponses.Refuse(unaudited);
        }

        http.Response.Headers.CacheControl = "no-store";
        if (file.Notice is not null) http.Response.Headers["X-Vagus-Redisclosure-Notice"] = file.Notice;
        return TypedResults.Stream(content.Value, RunExport.Media);
    }
}
