using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Http;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Exports;

/// <summary>DELETE [base]/$export-status/[id]: ends an export and takes its files away.</summary>
internal sealed class RemoveExport(FhirCalls calls, FindExports exports, GroupCommit commit, MadeFiles made)
{
    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var call = calls.Of(http);
        // A user who may no longer read what is in the files may still take them away.
        if (await exports.Own(call, id) is not { } export) return FhirResponses.Refuse(FindExports.Unknown);
        await Run(export, FhirEntries.OfOperation(call, $"Export/{id}", "export-cancel", []), call.Cancel);
        return new ExportAnswer(StatusCodes.Status202Accepted);
    }

    /// <summary>Takes an export, its files and their space away; null where it is done.</summary>
    public async ValueTask<Refusal?> Run(ExportRow export, AuditEntry entry, CancellationToken cancel)
    {
        var files = await exports.Files(export, cancel);
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
        if (removed.Refusal is { } refused) return refused;
        foreach (var file in files) await made.Forget(export.Tenant, file.FileId, cancel);
        return null;
    }
}
