using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Exports;

/// <summary>Exports for the user who began them.</summary>
internal sealed class FindExports(Database database)
{
    public static readonly Refusal Unknown = new(RefusalKind.NotFound, "not-found", "There is no such export.");

    private static readonly Refusal OtherRights = new(
        RefusalKind.Forbidden, "forbidden", "What you may read has changed since the export began. Cancel it and begin a new one.");

    /// <summary>One whose time is not over, while its user has the rights of then.</summary>
    public async ValueTask<Result<ExportRow>> Readable(FhirCall call, string id)
    {
        var export = await Own(call, id);
        if (export is null || export.ExpiresAt < call.Clock.GetUtcNow()) return Unknown;
        return export.Rights == ExportRequest.RightsOf(call.Reach) ? export : OtherRights;
    }

    /// <summary>One of the user's own, whatever its time and the user's rights.</summary>
    public ValueTask<ExportRow?> Own(FhirCall call, string id) => database.QueryOne(
        ExportTables.Find, [call.Caller.Tenant.Value, id, call.Caller.User.Value], ExportRow.Of, call.Cancel);

    public ValueTask<List<ExportFile>> Files(ExportRow export, CancellationToken cancel) =>
        database.Query(ExportTables.FindFiles, [export.Tenant.Value, export.Id], ExportFile.Of, cancel);
}
