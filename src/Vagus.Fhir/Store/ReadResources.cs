using Vagus.Access.Authorization;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>Reads of resources and versions within a caller's reach.</summary>
internal static class ReadResources
{
    /// <summary>The current version; null when there is none within reach. A deleted one is answered, with no body.</summary>
    public static ValueTask<StoredResource?> Current(IRunQueries queries, Reach reach, string type, string id, CancellationToken cancel)
    {
        var text = CurrentText(reach, type, id);
        var statement = StatementCache.Of(text);
        return queries.QueryOne(statement, text.ValuesOf(statement), StoredResource.Read, cancel);
    }

    /// <summary>The same for a condition, which the caller may search by without reading what it finds.</summary>
    public static ValueTask<StoredResource?> Found(IRunQueries queries, Reach reach, string type, string id, CancellationToken cancel)
    {
        var text = CurrentText(reach, type, id, ResourceInteractions.Search);
        var statement = StatementCache.Of(text);
        return queries.QueryOne(statement, text.ValuesOf(statement), StoredResource.Read, cancel);
    }

    /// <summary>
    /// One version. It must be within reach as it was and as the resource is now: a label added later hides the versions before it too,
    /// and a patient does not see what the resource was before it became that patient's.
    /// </summary>
    public static ValueTask<StoredResource?> Version(
        IRunQueries queries, Reach reach, string type, string id, long version, CancellationToken cancel)
    {
        var text = VersionText(reach, type, id, version);
        var statement = StatementCache.Of(text);
        return queries.QueryOne(statement, text.ValuesOf(statement), StoredResource.Read, cancel);
    }

    /// <summary>The versions of one resource before a version number, newest first.</summary>
    public static ValueTask<List<StoredResource>> History(
        IRunQueries queries, Reach reach, string type, string id, HistoryRange range, BodyBudget bodies, CancellationToken cancel)
    {
        var text = HistoryText(reach, type, id, range);
        var statement = StatementCache.Of(text);
        return queries.Query(statement, text.ValuesOf(statement), bodies.Read, cancel);
    }

    internal static SqlText CurrentText(
        Reach reach, string type, string id, ResourceInteractions interaction = ResourceInteractions.Read)
    {
        var text = new SqlText();
        return text
            .Add($"select {StoredResource.Columns(text, type)}")
            .From(reach, type, RowsOf.Current, VersionSql.Current(text, reach), interaction)
            .Add($"  and r.id = {text.Value(id)}");
    }

    internal static SqlText VersionText(Reach reach, string type, string id, long version)
    {
        var text = new SqlText();
        return text
            .Add($"select {StoredResource.Columns(text, type)}")
            .From(reach, type, RowsOf.Versions, VersionSql.One(text, reach, text.Value(version)))
            .Add($"  and r.id = {text.Value(id)}");
    }

    internal static SqlText HistoryText(Reach reach, string type, string id, HistoryRange range)
    {
        var text = VersionsOf(reach, type, id);
        range.AddTo(text, reach);
        return text.Add("order by v.version desc").Add($"limit {text.Value((long)range.Limit)}");
    }

    private static SqlText VersionsOf(Reach reach, string type, string id)
    {
        var text = new SqlText();
        return text
            .Add($"select {StoredResource.Columns(text, type)}")
            .From(reach, type, RowsOf.Versions, VersionSql.All(text, reach))
            .Add($"  and r.id = {text.Value(id)}");
    }
}
