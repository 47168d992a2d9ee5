using Vagus.Access.Authorization;
using Vagus.Fhir.Store;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// Resources of a type that were deleted since an instant, newest first by their creation. Who could see a resource may see that it is
/// gone: labels, compartments and release are those of its last version.
/// </summary>
/// <param name="Type">The type.</param>
/// <param name="Since">Microseconds.</param>
/// <param name="Before">Resources that were created before this position.</param>
/// <param name="Count">At most so many.</param>
internal sealed record SelectDeleted(string Type, long Since, long Before, int Count)
{
    /// <summary>Only what was in this patient's compartment.</summary>
    public string? Patient { get; init; }

    /// <summary>Only what was in the compartment of some patient.</summary>
    public bool OfPatients { get; init; }

    public ValueTask<List<StoredResource>> Run(IRunQueries queries, Reach reach, CancellationToken cancel)
    {
        var text = new SqlText();
        text
            .Add($"select {StoredResource.Columns(text, Type)}")
            .Add("from (select r.id, r.rid, r.version, r.position, r.compartments")
            .From(reach, Type, RowsOf.Current, join: default, ResourceInteractions.Search)
            .Add($"  and r.deleted = true and r.updated_at >= {text.Value(Since)} and r.rid < {text.Value(Before)}");
        if (Patient is { } patient)
            text.Add($"  and exists (select 1 from fhir_compartment c where c.tenant_number = {Names.TenantSql(text.Tenant(reach.Tenant))} "
                + $"and c.patient_id = {text.Value(patient)} and c.rid = r.rid {ReachSql.AskEach})");
        else if (OfPatients) text.Add("  and r.compartments <> ''");
        text.Add("order by r.rid desc").Add($"limit {text.Value((long)Count)}");
        text.Add(") r left").Add(VersionSql.Current(text, reach)).Add("order by r.rid desc");
        var statement = StatementCache.Of(text);
        return queries.Query(statement, text.ValuesOf(statement), StoredResource.Read, cancel);
    }
}
