using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Exports;

/// <summary>Takes away exports whose time is over, with their files.</summary>
internal sealed class SweepExports(Database database, RemoveExport removal, TimeProvider clock) : LeasedDuty
{
    private const long AtOnce = 20;

    public override string Name => "bulk-exports";

    public override TimeSpan Interval => TimeSpan.FromMinutes(10);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        foreach (var export in await database.Query(ExportTables.Expired, [now, AtOnce], ExportRow.Of, cancel))
        {
            var entry = AuditActor.Server.Entry(AuditActions.RemoveFile) with { On = $"Export/{export.Id}" };
            await removal.Run(export, entry, cancel);
        }
    }
}
