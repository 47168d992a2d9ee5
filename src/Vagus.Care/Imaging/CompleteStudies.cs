using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Fhir.Records;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Imaging;

/// <summary>
/// Makes an ImagingStudy available once all images that it announces are stored, whichever came first; from that write
/// <c>radiology.study.complete</c> is derived. What makes a study due stands in one row, so a turn that comes late or twice does no harm.
/// </summary>
internal sealed partial class CompleteStudies(
    Database database, GroupCommit commit, FhirRecords records, ILogger<CompleteStudies> logger) : LeasedDuty
{
    private const int AtOnce = 50;
    private const string Author = "imaging";
    private (string Tenant, string Study) after = ("", "");

    public override string Name => "imaging-studies";

    public override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var due = await database.Query(
            Due, [after.Tenant, after.Study, (long)AtOnce],
            row => (Tenant: row.GetString(0), Study: row.GetString(1), Changes: row.GetInt64(2)), cancel);
        foreach (var (tenant, study, changes) in due) await TryComplete(new TenantId(tenant), study, changes, cancel);
        // Those that wait for another turn keep their rows: the next turn goes on behind them, and the one after the last begins anew.
        after = due.Count < AtOnce ? ("", "") : (due[^1].Tenant, due[^1].Study);
    }

    /// <summary>
    /// Looked at again with the next image or the next version. One that came since it was looked at makes it due at once: the refusal says
    /// nothing of that.
    /// </summary>
    internal ValueTask<Result<int>> PutOff(TenantId tenant, string study, long changes, CancellationToken cancel) => commit.Write<int>(
        tenant, async (write, token) => await write.Execute(LaterUnlessChanged, [tenant.Value, study, changes], token), cancel);

    private async ValueTask TryComplete(TenantId tenant, string study, long changes, CancellationToken cancel)
    {
        try
        {
            var done = await commit.Write<bool>(tenant, (write, token) => Complete(write, study, token), cancel);
            if (done.Refusal is not { } refusal) return;
            Log.Refused(logger, tenant.Value, refusal.Code);
            // A passing refusal says nothing of the study: no image and no version may ever come that would make it due again.
            if (refusal.Kind == RefusalKind.Unavailable) return;
            await PutOff(tenant, study, changes, cancel);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one study's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, tenant.Value, FailureName.Of(cause));
        }
    }

    private async ValueTask<Result<bool>> Complete(WriteTransaction write, string studyUid, CancellationToken cancel)
    {
        var by = Caller.OfServer(write.Tenant, Author) with { SeesLabels = Sensitivity.All };
        return await records.AsServer(by, AuditOrigin.Unknown, cancel).Within<bool>(write, async turn =>
        {
            var id = await write.QueryOne(Find, [write.Tenant.Value, studyUid], row => row.GetString(0), cancel);
            if (id is null) return false;
            var current = await turn.Current("ImagingStudy", id);
            if (current.Refusal is { } refusal) return refusal;
            if (!await HasAll(write, studyUid, current.Value, cancel))
            {
                await write.Execute(Later, [write.Tenant.Value, studyUid], cancel);
                return false;
            }

            var available = current.Value.ToObject();
            available["status"] = "available";
            var updated = await turn.Update(current.Value, available);
            return updated.Refusal is { } invalid ? invalid : true;
        });
    }

    /// <summary>Those that are named one by one must be the stored ones; of the others the number counts.</summary>
    private static async ValueTask<bool> HasAll(WriteTransaction write, string studyUid, FhirRecord study, CancellationToken cancel)
    {
        var named = Announced.Instances(study.Json);
        if (named.Count == 0) return true;
        var stored = await write.Query(Stored, [write.Tenant.Value, studyUid], row => row.GetString(0), cancel);
        return named.ToHashSet(StringComparer.Ordinal).IsSubsetOf(stored);
    }

    private static readonly Statement Due = new($"""
        select tenant_id, study_uid, changes
        from care_study
        where open and wanted <= stored
          and (tenant_id, study_uid) > (@after_tenant, @after_study)
          and {NotStopped.Sql}
        order by tenant_id, study_uid
        limit @at_once
        """);

    private static readonly Statement Find = new("""
        select resource_id
        from care_study
        where tenant_id = @tenant_id
          and study_uid = @study_uid
          and open and wanted <= stored
          and resource_id is not null
        """);

    private static readonly Statement Stored = new("""
        select instance_uid
        from care_image
        where tenant_id = @tenant_id
          and study_uid = @study_uid
        """);

    private const string Wait = """
        update care_study
        set wanted = stored + 1
        where tenant_id = @tenant_id
          and study_uid = @study_uid
        """;

    private static readonly Statement Later = new(Wait);

    private static readonly Statement LaterUnlessChanged = new($"""
        {Wait}
          and changes = @changes
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: a study whose images are all there could not be made available ({Code})")]
        public static partial void Refused(ILogger logger, string tenant, string code);

        [LoggerMessage(2, LogLevel.Error, "Tenant {Tenant}: a study whose images are all there could not be looked at ({Cause})")]
        public static partial void Failed(ILogger logger, string tenant, string cause);
    }
}
