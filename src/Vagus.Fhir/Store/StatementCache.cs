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

    /// <param name="text">The text.</param>
    /// <param name="isOurs">Our own code alone decides its shape, so that a long one comes again too.</param>
    public static Statement Of(SqlText text, bool isOurs = false)
    {
        var key = text.ToString();
        if (key.Length > LongestKept && !isOurs) return new Statement(key, text.ForPostgres());
        if (Known.TryGetValue(key, out var known)) return known;
        if (Known.Count >= Most) Known.Clear();
        return Known.GetOrAdd(key, static (sql, made) => new Statement(sql, made.ForPostgres()), text);
    }
}
