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
        var (now, turns) = (clock.GetUtcNow().ToMicroseconds(), new TenantTurns());
        while (true)
        {
            var expired = await database.Query(ExportTables.Expired, [now, turns.LeftOut, AtOnce], ExportRow.Of, cancel);
            if (expired.Count == 0) break;
            foreach (var export in expired) await turns.Run(export.Tenant, () => Remove(export, cancel), cancel);
        }

        turns.End();
    }

    private ValueTask<Refusal?> Remove(ExportRow export, CancellationToken cancel) =>
        removal.Run(export, AuditActor.Server.Entry(AuditActions.RemoveFile) with { On = $"Export/{export.Id}" }, cancel);
}
