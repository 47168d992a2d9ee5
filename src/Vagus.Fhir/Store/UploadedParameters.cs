using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// The search parameters that a tenant has uploaded. Writes and the reading of requests ask a memory of some seconds;
/// <see cref="Writing.IndexParameters"/> begins later than any of them is wrong. A search asks the rows themselves: it is answered when
/// its parameters are wholly indexed, and not from the moment on at which one is deleted.
/// </summary>
internal sealed class UploadedParameters(Database database, TimeProvider clock)
{
    /// <summary>Search parameters of one tenant, each base counted.</summary>
    public const int Most = 64;

    /// <summary>How long a change may be unknown to a process.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    public static readonly Migration Step = new(219, "fhir uploaded search parameters", """
        create table fhir_search_parameter (
          tenant_id text not null,
          number bigint not null,
          resource_id text not null,
          type text not null,
          code text not null,
          body text not null,
          state text not null,
          changed_at bigint not null,
          rid bigint not null,
          done bigint not null,
          total bigint not null,
          primary key (tenant_id, number)
        );
        create index fhir_search_parameter_due on fhir_search_parameter (changed_at) where state <> 'indexed';
        """);

    private readonly ConcurrentDictionary<string, KnownSearches> known = new(StringComparer.Ordinal);

    public async ValueTask<TenantSearches> Of(TenantId tenant, CancellationToken cancel) => (await Known(tenant, cancel)).Searches;

    /// <summary>The same with the moment from which on they may be wrong: a write that gets its turn later reads them anew.</summary>
    public async ValueTask<KnownSearches> Known(TenantId tenant, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(tenant.Value, out var kept) && kept.Until > now) return kept;
        var searches = Compile(await database.Query(UploadedRow.Used, [tenant.Value], UploadedRow.Of, cancel));
        return known[tenant.Value] = new KnownSearches(searches, now + Remembered);
    }

    /// <summary>As they are in a write that has its turn.</summary>
    public static async ValueTask<TenantSearches> Within(WriteTransaction write, CancellationToken cancel) =>
        Compile(await write.Query(UploadedRow.Used, [write.Tenant.Value], UploadedRow.Of, cancel));

    /// <summary>What this process knows of the tenant is out of date.</summary>
    public void Forget(TenantId tenant) => known.TryRemove(tenant.Value, out _);

    /// <summary>The rows of one SearchParameter that are searched by, or will be.</summary>
    public async ValueTask<List<UploadedRow>> RowsOf(TenantId tenant, string id, CancellationToken cancel) =>
        (await database.Query(UploadedRow.Used, [tenant.Value], UploadedRow.Of, cancel)).FindAll(row => row.ResourceId == id);

    /// <summary>Why a search by these parameters is not answered now; null where it is.</summary>
    public static async ValueTask<Refusal?> RefuseSearch(
        IRunQueries queries, TenantId tenant, IReadOnlyCollection<long> numbers, CancellationToken cancel)
    {
        var rows = await queries.Query(UploadedRow.Used, [tenant.Value], UploadedRow.Of, cancel);
        foreach (var number in numbers)
        {
            if (rows.Find(row => row.Number == number) is not { } row)
                return new Refusal(RefusalKind.Invalid, "unknown-search-parameter", "A search parameter of the search has been deleted.");
            if (row.State != UploadedRow.Indexed)
                return new Refusal(
                    RefusalKind.Unavailable, "transient",
                    $"The search parameter '{row.Code}' of {row.Type} is being indexed: {row.Done} of {Math.Max(row.Total, row.Done)} "
                        + "resources are done. Search by it later.");
        }

        return null;
    }

    private static TenantSearches Compile(List<UploadedRow> rows) =>
        rows.Count == 0 ? TenantSearches.None : new TenantSearches(rows.Select(row => row.Compile()).OfType<AddedSearch>());
}

/// <summary>What a process knows of a tenant's parameters, and until when.</summary>
internal sealed record KnownSearches(TenantSearches Searches, DateTimeOffset Until);

/// <summary>The uploaded parameters of one tenant, compiled.</summary>
internal sealed class TenantSearches
{
    private readonly ILookup<string, AddedSearch> byType;

    public TenantSearches(IEnumerable<AddedSearch> searches)
    {
        byType = searches.ToLookup(search => search.Parameter.Base, StringComparer.Ordinal);
        Set = new SearchParameterSet(byType.SelectMany(group => group).Select(search => search.Parameter));
    }

    public static TenantSearches None { get; } = new([]);

    /// <summary>What the tenant's searches may name.</summary>
    public SearchParameterSet Set { get; }

    /// <summary>By what a resource of the type is found beside R4's parameters; null: by nothing else.</summary>
    public IndexedValues? Extract(JsonElement resource, string type, R4.Json.OwnBases own)
    {
        if (!Set.HasAdded || !byType.Contains(type)) return null;
        var values = new IndexedValues();
        foreach (var search in byType[type]) search.Extract(resource, own, values);
        return values;
    }
}

/// <summary>One uploaded parameter on one type, and how far it is indexed.</summary>
internal sealed record UploadedRow
{
    public const string Columns = "tenant_id, number, resource_id, type, code, body, state, done, total";

    /// <summary>Resources are being looked at.</summary>
    public const string Indexing = "indexing";

    /// <summary>It is searched by.</summary>
    public const string Indexed = "indexed";

    /// <summary>It is not searched by any more, and its index rows are being taken away.</summary>
    public const string Removing = "removing";

    /// <summary>Nothing is left but its number, which is not given again. Kept while it is the tenant's highest.</summary>
    public const string Removed = "removed";

    public required TenantId Tenant { get; init; }

    public required long Number { get; init; }

    public required string ResourceId { get; init; }

    public required string Type { get; init; }

    public required string Code { get; init; }

    public required string Body { get; init; }

    public required string State { get; init; }

    public required long Done { get; init; }

    /// <summary>Resources of the type when the work began; -1: it has not begun.</summary>
    public required long Total { get; init; }

    /// <summary>What decides by what resources are found: a change of anything else indexes nothing anew.</summary>
    public static string BodyOf(SearchParameterDefinition parameter) =>
        JsonSerializer.Serialize(new Definition(parameter.Kind, parameter.Url, parameter.Targets, parameter.Expression));

    /// <summary>Null: a later version of the server does not take it any more. It is found by nothing then.</summary>
    public AddedSearch? Compile()
    {
        var stored = JsonSerializer.Deserialize<Definition>(Body) ?? throw new InvalidDataException("A search parameter has no definition.");
        var compiled = AddedSearch.Compile(new SearchParameterDefinition
        {
            Id = (int)Number, Base = Type, Code = Code, Kind = stored.Kind, Url = stored.Url, Targets = stored.Targets,
            Expression = stored.Expression, Components = [],
        });
        return compiled.IsRefused ? null : compiled.Value;
    }

    public static UploadedRow Of(DbDataReader row) => new()
    {
        Tenant = new TenantId(row.GetString(0)),
        Number = row.GetInt64(1),
        ResourceId = row.GetString(2),
        Type = row.GetString(3),
        Code = row.GetString(4),
        Body = row.GetString(5),
        State = row.GetString(6),
        Done = row.GetInt64(7),
        Total = row.GetInt64(8),
    };

    /// <summary>Those by which resources are found, or will be.</summary>
    public static readonly Statement Used = new($"""
        select {Columns}
        from fhir_search_parameter
        where tenant_id = @tenant_id
          and state in ('{Indexing}', '{Indexed}')
        order by number
        """);

    private sealed record Definition(SearchParameterKind Kind, string Url, string[] Targets, string Expression);
}
