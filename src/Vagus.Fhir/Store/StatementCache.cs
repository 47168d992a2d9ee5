using System.Collections.Concurrent;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store;

/// <summary>
/// Statements of composed texts. The same shape of request gives the same text, so that connections find it prepared. Bounded: when the
/// cache is full it starts anew, since shapes are chosen by clients.
/// </summary>
internal static class StatementCache
{
    private const int Most = 1024;
    private const int LongestKept = 8 * 1024;
    private static readonly ConcurrentDictionary<string, Statement> Known = new(StringComparer.Ordinal);

    /// <param name="text">The statement.</param>
    /// <param name="postgresOrder">
    /// The order of an outer query over an ordered page, the same for equal texts. SQLite gives the rows of a left join in the order of
    /// its left side and would sort them, bodies and all, to be told so; PostgreSQL promises nothing of the kind and sorts without
    /// touching the bodies.
    /// </param>
    public static Statement Of(SqlText text, string postgresOrder = "")
    {
        var key = text.ToString();
        if (key.Length > LongestKept) return new Statement(key, key + postgresOrder);
        if (Known.TryGetValue(key, out var known)) return known;
        if (Known.Count >= Most) Known.Clear();
        return Known.GetOrAdd(key, sql => new Statement(sql, sql + postgresOrder));
    }
}
