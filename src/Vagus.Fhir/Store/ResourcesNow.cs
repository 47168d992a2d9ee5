using System.Data.Common;
using System.Text.Json;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>A resource that an event of the log is about or draws from; <paramref name="Version"/> 0 where no version matters.</summary>
public readonly record struct AskedResource(string Type, string Id, long Version)
{
    /// <summary>A thread of messages is no resource, and is asked for beside those that its events are about.</summary>
    public const string Thread = "Thread";

    public static AskedResource OfThread(string id) => new(Thread, id, 0);
}

/// <summary>How a resource, and the asked version of it, stand now: what a read or a vread would be decided by.</summary>
public sealed class ResourceNow
{
    private readonly HashSet<PatientId> patients = [];
    private readonly HashSet<string> parties = new(StringComparer.Ordinal);

    /// <summary>The labels of the current version and of the asked one.</summary>
    public Sensitivity Labels { get; internal set; }

    /// <summary>The current version and the asked one are released.</summary>
    public bool Released { get; internal set; }

    /// <summary>The patients who may see the asked version.</summary>
    public IReadOnlySet<PatientId> Patients => patients;

    /// <summary>Owner and requester of a Task, by reference; the names of who takes part in the thread of a Communication.</summary>
    public IReadOnlySet<string> Parties => parties;

    /// <summary>Who takes part in the thread that was asked for; null of resources.</summary>
    public Participation? Thread { get; init; }

    internal void Add(PatientId patient) => patients.Add(patient);

    internal void Add(string party) => parties.Add(party);
}

/// <summary>
/// Reads for many resources at once how they stand now, for readers of the log. A resource that is not in the answer is not kept here but
/// on another server: no label of ours can be on it.
/// </summary>
public sealed class ResourcesNow(Database database, IKnowThreads threads)
{
    public async ValueTask<Dictionary<AskedResource, ResourceNow>> Of(
        TenantId tenant, IReadOnlyCollection<AskedResource> asked, CancellationToken cancel)
    {
        var found = await Of(database, tenant, asked, cancel);
        var ids = asked.Where(each => each.Type == AskedResource.Thread).Select(each => each.Id).ToHashSet(StringComparer.Ordinal);
        if (ids.Count == 0) return found;
        foreach (var (id, thread) in await threads.Find(tenant, ids, cancel))
            found[AskedResource.OfThread(id)] = new ResourceNow { Thread = thread };
        return found;
    }

    /// <summary>The same of resources alone, where the question is asked inside a write.</summary>
    public static async ValueTask<Dictionary<AskedResource, ResourceNow>> Of(
        IRunQueries queries, TenantId tenant, IReadOnlyCollection<AskedResource> asked, CancellationToken cancel)
    {
        var found = new Dictionary<AskedResource, ResourceNow>();
        if (asked.Count == 0) return found;
        var list = JsonSerializer.Serialize(asked.Select(each => new object[] { each.Type, each.Id, each.Version }));
        await queries.Query(Find, [list, tenant.Value], row => Read(row, found), cancel);
        return found;
    }

    private static bool Read(DbDataReader row, Dictionary<AskedResource, ResourceNow> found)
    {
        var asked = new AskedResource(row.GetString(0), row.GetString(1), row.GetInt64(2));
        if (!found.TryGetValue(asked, out var now)) found.Add(asked, now = new ResourceNow());
        (now.Labels, now.Released) = ((Sensitivity)row.GetInt64(3), row.GetBoolean(4));
        foreach (var (patient, since) in CompartmentList.Parse(row.GetString(5)).Rows)
        {
            if (asked.Version == 0 || since <= asked.Version) now.Add(new PatientId(patient));
        }

        if (!row.IsDBNull(6)) foreach (var party in TaskParties.Split(row.GetString(6))) now.Add(party);
        return true;
    }

    private const string Text = """
        select a.type, a.id, a.version,
          r.labels | coalesce(v.labels, 0),
          case when r.released and coalesce(v.released, true) then true else false end,
          r.compartments, r.parties
        from asked a
        join fhir_name n on n.tenant_id = @tenant_id and n.kind = 1 and n.name = a.type
        join fhir_resource r on r.type_number = n.number and r.id = a.id
        left join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = a.version
        order by a.type, a.id, a.version
        """;

    private static readonly Statement Find = new(
        $"""
        with asked as (
          select json_extract(value, '$[0]') as type, json_extract(value, '$[1]') as id, json_extract(value, '$[2]') as version
          from json_each(@asked)
        )
        {Text}
        """,
        $"""
        with asked as (
          select value ->> 0 as type, value ->> 1 as id, (value ->> 2)::bigint as version
          from json_array_elements(@asked::json)
        )
        {Text}
        """);
}
