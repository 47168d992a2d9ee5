using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Exports;

/// <summary>
/// GET [base]/$export-status/[id]: goes on with an export and tells how far it has come, or where its files are. It is for the user who
/// began the export, with the rights of then.
/// </summary>
internal sealed class ReadExport(FhirCalls calls, RunExport work, FindExports exports)
{
    // A write takes its instant before it waits for the tenant's head, and clocks of processes differ: what commits behind the border of an
    // export may have an instant before its beginning. The next export since then repeats some changes and leaves none out.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var call = calls.Of(http);
        var export = await exports.Readable(call, id);
        if (export.Refusal is { } unknown) return FhirResponses.Refuse(unknown);
        if (export.Value.State == ExportRow.Working)
        {
            if (await work.Run(call, export.Value) is { } failed) return FhirResponses.Refuse(failed);
            export = await exports.Readable(call, id);
            if (export.Refusal is { } gone) return FhirResponses.Refuse(gone);
        }

        return export.Value.State == ExportRow.Working
            ? new ExportAnswer(StatusCodes.Status202Accepted) { Progress = ProgressOf(export.Value) }
            : await Manifest(call, export.Value);
    }

    private static string ProgressOf(ExportRow export) => string.Create(
        CultureInfo.InvariantCulture, $"{export.Resources} resources, part {export.Place.Type + 1} of {export.Request.Steps}");

    private async ValueTask<IResult> Manifest(FhirCall call, ExportRow export)
    {
        var files = await exports.Files(export, call.Cancel);
        var manifest = new JsonObject
        {
            ["transactionTime"] = StoredBody.InstantText(export.StartedAt - Overlap),
            ["request"] = export.Request.Url,
            ["requiresAccessToken"] = true,
            ["output"] = FilesOf(call, export, files.Where(file => !file.IsOfDeleted)),
            ["error"] = new JsonArray(),
        };
        if (export.Request.Since is not null) manifest["deleted"] = FilesOf(call, export, files.Where(file => file.IsOfDeleted));
        return new ExportAnswer(StatusCodes.Status200OK) { Manifest = manifest, Expires = export.ExpiresAt };
    }

    private static JsonArray FilesOf(FhirCall call, ExportRow export, IEnumerable<ExportFile> files) =>
    [
        .. files.Select(file => (JsonNode)new JsonObject
        {
            ["type"] = file.IsOfDeleted ? "Bundle" : file.Type,
            ["url"] = $"{call.BaseUrl}/$export-status/{export.Id}/{file.Number.ToString(CultureInfo.InvariantCulture)}",
            ["count"] = file.Resources,
        }),
    ];
}
