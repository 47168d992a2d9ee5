using Vagus.Access.Authorization;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>Which of many resources there are for a caller: those that a read would show. Their bodies are not read.</summary>
internal static class PresentResources
{
    /// <param name="queries">Where they are looked for.</param>
    /// <param name="reach">The caller's.</param>
    /// <param name="type">Of all of them.</param>
    /// <param name="version">The one that must be there; 0: the current one.</param>
    /// <param name="ids">Those that are looked for.</param>
    /// <param name="cancel">Ends the looking.</param>
    public static async ValueTask<List<string>> Find(
        IRunQueries queries, Reach reach, string type, long version, IEnumerable<string> ids, CancellationToken cancel)
    {
        var text = version == 0 ? CurrentText(reach, type, ids) : VersionText(reach, type, version, ids);
        var statement = StatementCache.Of(text);
        return await queries.Query(statement, text.ValuesOf(statement), row => row.GetString(0), cancel);
    }

    internal static SqlText CurrentText(Reach reach, string type, IEnumerable<string> ids)
    {
        var text = new SqlText();
        return text
            .Add("select r.id")
            .From(reach, type, RowsOf.Current, ReachSql.ById)
            .Add("  and r.deleted = false")
            .Add(ReachSql.Leading("r.id", JsonList.Texts(text, ids)).After("  and "));
    }

    internal static SqlText VersionText(Reach reach, string type, long version, IEnumerable<string> ids)
    {
        var text = new SqlText();
        var one = VersionSql.One(text, reach, text.Value(version));
        return text
            .Add("select r.id")
            // SQLite would begin with all versions of the tenant.
            .From(reach, type, RowsOf.Versions, new EngineText($"{ReachSql.ById.Sqlite} cross {one.Sqlite}", one.Postgres))
            .Add("  and v.body is not null")
            .Add(ReachSql.Leading("r.id", JsonList.Texts(text, ids)).After("  and "));
    }
}
