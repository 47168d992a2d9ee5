using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Exports;

/// <summary>
/// [base]/$export-status/[id]: GET goes on with an export and tells how far it has come, or where its files are; DELETE ends it and takes
/// its files away. [base]/$export-status/[id]/[number]: a file. All of it is for the user who began the export, with the rights of then.
/// </summary>
internal sealed class ReadExport(
    FhirCalls calls, RunExport work, Database database, GroupCommit commit, StoredFiles stored, MadeFiles made, AuditTrail audit)
{
    private static readonly Refusal Unknown = new(RefusalKind.NotFound, "not-found", "There is no such export.");

    private static readonly Refusal OtherRights = new(
        RefusalKind.Forbidden, "forbidden", "What you may read has changed since the export began. Cancel it and begin a new one.");

    public async Task<IResult> Status(string id, HttpContext http)
    {
        var call = calls.Of(http);
        var export = await Find(call, id);
        if (export.Refusal is { } unknown) return FhirResponses.Refuse(unknown);
        if (export.Value.State == ExportRow.Working)
        {
            if (await work.Run(call, export.Value) is { } failed) return FhirResponses.Refuse(failed);
            export = await Find(call, id);
            if (export.Refusal is { } gone) return FhirResponses.Refuse(gone);
        }

        return export.Value.State == ExportRow.Working
            ? new ExportAnswer(StatusCodes.Status202Accepted) { Progress = ProgressOf(export.Value) }
            : await Manifest(call, export.Value);
    }

    public async Task<IResult> Cancel(string id, HttpContext http)
    {
        var call = calls.Of(http);
        // Who may no longer read what is in the files may still take them away.
        var export = await database.QueryOne(ExportTables.Find, KeyOf(call, id), ExportRow.Of, call.Cancel);
        if (export is null) return FhirResponses.Refuse(Unknown);
        await Remove(export, FhirEntries.OfOperation(call, $"Export/{id}", "export-cancel", []), call.Cancel);
        return new ExportAnswer(StatusCodes.Status202Accepted);
    }

    public async Task<IResult> File(string id, string number, HttpContext http)
    {
        var call = calls.Of(http);
        var export = await Find(call, id);
        if (export.Refusal is { } unknown) return FhirResponses.Refuse(unknown);
        var files = await Files(export.Value, call.Cancel);
        var file = files.Find(each => each.Number.ToString(CultureInfo.InvariantCulture) == number);
        if (file is null || await stored.Find(call.Caller.Tenant, file.FileId, call.Cancel) is not { } known)
            return FhirResponses.Refuse(Unknown);
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

    /// <summary>Takes an export, its files and their space away.</summary>
    public async ValueTask Remove(ExportRow export, AuditEntry entry, CancellationToken cancel)
    {
        var files = await Files(export, cancel);
        var removed = await commit.Write<bool>(
            export.Tenant,
            async (write, token) =>
            {
                object?[] key = [export.Tenant.Value, export.Id];
                // A worker that was faster may have added one since.
                var now = await write.Query(ExportTables.FindFiles, key, ExportFile.Of, token);
                foreach (var file in now) await MadeFiles.Remove(write, file.FileId, file.Size, token);
                await write.Execute(ExportTables.DeleteFiles, key, token);
                await write.Execute(ExportTables.Delete, key, token);
                AuditTrail.Add(write, entry);
                return true;
            },
            cancel);
        if (removed.IsRefused) return;
        foreach (var file in files) await made.Forget(export.Tenant, file.FileId, cancel);
    }

    private async ValueTask<Result<ExportRow>> Find(FhirCall call, string id)
    {
        var export = await database.QueryOne(ExportTables.Find, KeyOf(call, id), ExportRow.Of, call.Cancel);
        if (export is null || export.ExpiresAt < call.Clock.GetUtcNow()) return Unknown;
        return export.Rights == ExportRequest.RightsOf(call.Reach) ? export : OtherRights;
    }

    private static object?[] KeyOf(FhirCall call, string id) => [call.Caller.Tenant.Value, id, call.Caller.User.Value];

    private ValueTask<List<ExportFile>> Files(ExportRow export, CancellationToken cancel) =>
        database.Query(ExportTables.FindFiles, [export.Tenant.Value, export.Id], ExportFile.Of, cancel);

    private static string ProgressOf(ExportRow export) => string.Create(
        CultureInfo.InvariantCulture, $"{export.Resources} resources, type {export.Place.Type + 1} of {export.Request.Types.Count}");

    private async ValueTask<IResult> Manifest(FhirCall call, ExportRow export)
    {
        var files = await Files(export, call.Cancel);
        var manifest = new JsonObject
        {
            ["transactionTime"] = StoredBody.InstantText(export.StartedAt),
            ["request"] = export.Request.Url,
            ["requiresAccessToken"] = true,
            ["output"] = new JsonArray(
            [
                .. files.Select(file => (JsonNode)new JsonObject
                {
                    ["type"] = file.Type,
                    ["url"] = $"{call.BaseUrl}/$export-status/{export.Id}/{file.Number.ToString(CultureInfo.InvariantCulture)}",
                    ["count"] = file.Resources,
                }),
            ]),
            ["error"] = new JsonArray(),
        };
        return new ExportAnswer(StatusCodes.Status200OK) { Manifest = manifest, Expires = export.ExpiresAt };
    }
}

/// <summary>An answer about an export: a manifest, which is no FHIR resource, or how far it has come.</summary>
internal sealed record ExportAnswer(int Status) : IResult
{
    public JsonObject? Manifest { get; init; }

    public string? Progress { get; init; }

    public DateTimeOffset? Expires { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (Progress is not null)
        {
            response.Headers["X-Progress"] = Progress;
            // The work is done by whoever asks, so that asking again at once is right.
            response.Headers.RetryAfter = "1";
        }

        if (Expires is { } at) response.Headers.Expires = at.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        if (Manifest is null) return;
        response.ContentType = "application/json";
        if (!HttpMethods.IsHead(httpContext.Request.Method)) await response.WriteAsync(Manifest.ToJsonString(), httpContext.RequestAborted);
    }
}
