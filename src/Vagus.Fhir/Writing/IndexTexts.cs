using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Store;
using Vagus.Fhir.Store.Index;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// Brings the index of words to what a tenant has set: fills it from the stored resources, or empties it. Some resources at a time, in
/// the order of types and creation, each part with its place in one commit: a process that was killed goes on where its last part was
/// committed.
/// </summary>
internal sealed partial class IndexTexts(
    Database database, GroupCommit commit, TimeProvider clock, ILogger<IndexTexts> logger) : LeasedDuty
{
    private const long ResourcesPerPart = 200;
    private const int PartsPerTurn = 500;

    // Writes of other processes know of the change by then.
    private static readonly TimeSpan After = SettingMemory.Remembered * 2;

    public override string Name => "fhir-words";

    public override TimeSpan Interval => TimeSpan.FromSeconds(15);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - After).ToMicroseconds();
        foreach (var due in await database.Query(Due, [before], TenantState.Of, cancel)) await Bring(due, cancel);
    }

    private async ValueTask Bring(TenantState due, CancellationToken cancel)
    {
        try
        {
            if (due.Was is not { } was || was != due.Wanted) await Begin(due, cancel);
            for (var part = 0; part < PartsPerTurn && await Fill(due, cancel); part++) cancel.ThrowIfCancellationRequested();
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one tenant's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, due.Tenant, FailureName.Of(cause));
        }
    }

    private ValueTask<Result<bool>> Begin(TenantState due, CancellationToken cancel) => commit.Write<bool>(
        new TenantId(due.Tenant),
        async (write, token) =>
        {
            await write.Execute(Reset, [due.Tenant, due.Wanted], token);
            return true;
        },
        cancel);

    /// <summary>False: there is nothing left.</summary>
    private async ValueTask<bool> Fill(TenantState due, CancellationToken cancel)
    {
        var filled = await commit.Write<bool>(new TenantId(due.Tenant), (write, token) => Part(write, due.Wanted, token), cancel);
        return filled is { IsRefused: false, Value: true };
    }

    private static async ValueTask<Result<bool>> Part(WriteTransaction write, bool wanted, CancellationToken cancel)
    {
        // Holds the tenant's head: no other process changes what is read here before this commits.
        await write.NextPosition(cancel);
        var next = await write.Query(Next, [write.Tenant.Value, ResourcesPerPart], Row.Of, cancel);
        foreach (var row in next) await Index(write, row, wanted, cancel);
        if (next.Count == 0) await write.Execute(End, [write.Tenant.Value], cancel);
        else await write.Execute(Reached, [next[^1].Type, next[^1].Rid, write.Tenant.Value], cancel);
        return next.Count > 0;
    }

    private static async ValueTask Index(WriteTransaction write, Row row, bool wanted, CancellationToken cancel)
    {
        var entries = ResourceKeys.Read(row.Keys);
        var words = new List<IndexEntry>();
        if (wanted && row.Body is not null)
        {
            using var document = JsonDocument.Parse(row.Body);
            words = WordIndex.EntriesOf(ResourceWords.Of(document.RootElement));
        }

        var kept = await IndexRows.ReplaceWords(write, row.Rid, entries, words, cancel);
        await kept.Keep(write, row.Type, row.Rid, cancel);
    }

    private static readonly Statement Due = new($"""
        select s.tenant_id, s.body, t.wanted
        from access_tenant_setting s
        left join fhir_text_state t on t.tenant_id = s.tenant_id
        where s.name = '{FullText.Setting}'
          and s.changed_at < @before
          and s.{NotStopped.Sql}
          and (t.tenant_id is null or not t.filled or t.wanted <> (s.body = 'true'))
        order by s.tenant_id
        """);

    private static readonly Statement Reset = new("""
        insert into fhir_text_state (tenant_id, wanted, filled, type_number, rid)
        values (@tenant_id, @wanted, false, 0, 0)
        on conflict (tenant_id) do update set wanted = excluded.wanted, filled = false, type_number = 0, rid = 0
        """);

    private static readonly Statement Next = new("""
        select r.type_number, r.rid, r.index_keys, v.body
        from fhir_text_state t
        join fhir_name n on n.tenant_id = t.tenant_id and n.kind = 1
        join fhir_resource r on r.type_number = n.number and (r.type_number, r.rid) > (t.type_number, t.rid)
        join fhir_version v on v.tenant_id = n.tenant_id and v.rid = r.rid and v.version = r.version
        where t.tenant_id = @tenant_id
        order by r.type_number, r.rid
        limit @limit
        """);

    private static readonly Statement Reached = new("""
        update fhir_text_state
        set type_number = @type_number, rid = @rid
        where tenant_id = @tenant_id
        """);

    private static readonly Statement End = new("""
        update fhir_text_state
        set filled = true
        where tenant_id = @tenant_id
        """);

    private sealed record TenantState(string Tenant, bool Wanted, bool? Was)
    {
        public static TenantState Of(DbDataReader row) =>
            new(row.GetString(0), row.GetString(1) == "true", row.IsDBNull(2) ? null : row.GetBoolean(2));
    }

    private sealed record Row(long Type, long Rid, byte[]? Keys, byte[]? Body)
    {
        public static Row Of(DbDataReader row) => new(
            row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : (byte[])row.GetValue(2),
            row.IsDBNull(3) ? null : (byte[])row.GetValue(3));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: the index of words could not be brought to its setting ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string cause);
    }
}
