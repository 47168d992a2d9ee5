using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Store.Index;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// Brings the index to the search parameters that tenants have uploaded: rows for a new one, of every stored resource of its type, and none
/// for one that is gone. Some resources at a time, in the order of their creation, each part with its place in one commit: a process that
/// was killed goes on where its last part was committed.
/// </summary>
internal sealed partial class IndexParameters(
    Database database, GroupCommit commit, OwnBases own, TimeProvider clock, ILogger<IndexParameters> logger) : LeasedDuty
{
    private const long ResourcesPerPart = 200;
    private const int PartsPerTurn = 500;

    // Writes of other processes know of the change by then.
    private static readonly TimeSpan After = UploadedParameters.Remembered * 2;

    public override string Name => "fhir-search-parameters";

    public override TimeSpan Interval => TimeSpan.FromSeconds(5);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - After).ToMicroseconds();
        foreach (var due in await database.Query(Due, [before], UploadedRow.Of, cancel)) await Bring(due, cancel);
    }

    private async ValueTask Bring(UploadedRow due, CancellationToken cancel)
    {
        try
        {
            for (var part = 0; part < PartsPerTurn && await Work(due, cancel); part++) cancel.ThrowIfCancellationRequested();
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one parameter's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, due.Tenant.Value, due.Number, FailureName.Of(cause));
        }
    }

    /// <summary>One part. False: there is nothing left.</summary>
    internal async ValueTask<bool> Work(UploadedRow due, CancellationToken cancel)
    {
        var search = due.State == UploadedRow.Indexing ? due.Compile() : null;
        var worked = await commit.Write<bool>(due.Tenant, (write, token) => Part(write, due, search, token), cancel);
        return worked is { IsRefused: false, Value: true };
    }

    private async ValueTask<Result<bool>> Part(WriteTransaction write, UploadedRow due, AddedSearch? search, CancellationToken cancel)
    {
        // Holds the tenant's head: no other process changes what is read here before this commits.
        await write.NextPosition(cancel);
        object?[] which = [write.Tenant.Value, due.Number, due.State];
        if (due.Total < 0) await write.Execute(Begin, [due.Type, .. which], cancel);
        var next = await write.Query(Next, [due.Type, .. which, ResourcesPerPart], Row.Of, cancel);
        foreach (var row in next) await Index(write, row, due, search, cancel);
        if (next.Count > 0) return await write.Execute(Reached, [next[^1].Rid, (long)next.Count, .. which], cancel) == 1;
        await write.Execute(due.State == UploadedRow.Indexing ? End : Removed, which, cancel);
        await write.Execute(Forget, [write.Tenant.Value], cancel);
        return false;
    }

    private async ValueTask Index(WriteTransaction write, Row row, UploadedRow due, AddedSearch? search, CancellationToken cancel)
    {
        IndexedValues? values = null;
        if (search is not null && row.Body is not null)
        {
            values = new IndexedValues();
            var bases = row.CameBy is { } address ? own.With(address) : own;
            search.Extract(OwnReferences.Read(row.Body, bases), bases, values);
        }

        var kept = await IndexRows.ReplaceParameter(write, row.Rid, ResourceKeys.Read(row.Keys), due.Number, values, cancel);
        await kept.Keep(write, row.Type, row.Rid, cancel);
    }

    private static readonly Statement Due = new($"""
        select {UploadedRow.Columns}
        from fhir_search_parameter
        where state <> '{UploadedRow.Indexed}'
          and state <> '{UploadedRow.Removed}'
          and changed_at < @before
          and {NotStopped.Sql}
        order by tenant_id, number
        """);

    private static readonly Statement Begin = new($"""
        update fhir_search_parameter
        set total = (
            select count(*)
            from fhir_resource
            where type_number = {Names.TypeSql("fhir_search_parameter.tenant_id", "@type")})
        where tenant_id = @tenant_id
          and number = @number
          and state = @state
          and total < 0
        """);

    private static readonly Statement Next = new($"""
        select r.type_number, r.rid, r.index_keys, v.body, v.came_by
        from fhir_search_parameter p
        join fhir_resource r on r.type_number = {Names.TypeSql("p.tenant_id", "@type")} and r.rid > p.rid
        join fhir_version v on v.tenant_id = p.tenant_id and v.rid = r.rid and v.version = r.version
        where p.tenant_id = @tenant_id
          and p.number = @number
          and p.state = @state
        order by r.rid
        limit @limit
        """);

    private static readonly Statement Reached = new("""
        update fhir_search_parameter
        set rid = @rid, done = done + @done
        where tenant_id = @tenant_id
          and number = @number
          and state = @state
        """);

    private static readonly Statement End = new($"""
        update fhir_search_parameter
        set state = '{UploadedRow.Indexed}'
        where tenant_id = @tenant_id
          and number = @number
          and state = @state
        """);

    private static readonly Statement Removed = new($"""
        update fhir_search_parameter
        set state = '{UploadedRow.Removed}', resource_id = '', code = '', body = ''
        where tenant_id = @tenant_id
          and number = @number
          and state = @state
        """);

    // The highest number stays: a number that was given again would be filled by a process that remembers its former parameter.
    private static readonly Statement Forget = new($"""
        delete from fhir_search_parameter
        where tenant_id = @tenant_id
          and state = '{UploadedRow.Removed}'
          and number < (select max(p.number) from fhir_search_parameter p where p.tenant_id = @tenant_id)
        """);

    private sealed record Row(long Type, long Rid, byte[]? Keys, byte[]? Body, string? CameBy)
    {
        public static Row Of(DbDataReader row) => new(
            row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : (byte[])row.GetValue(2),
            row.IsDBNull(3) ? null : (byte[])row.GetValue(3), row.IsDBNull(4) ? null : row.GetString(4));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: search parameter {Number} could not be indexed ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string tenant, long number, string cause);
    }
}
