using System.Collections.Concurrent;
using System.Text;

namespace Vagus.Storage.Sql;

/// <summary>
/// A SQL text with <c>@named</c> parameters, given positionally in the order in which the names first appear. Made once and kept in a
/// <c>static readonly</c> field beside the code that runs it: each connection prepares it once. Where the engines truly differ, both texts
/// are given; an empty SQLite text is not run.
/// </summary>
public sealed class Statement
{
    private readonly ConcurrentDictionary<string, bool> named = new(StringComparer.Ordinal);

    public Statement(string text)
        : this(text, text)
    {
    }

    public Statement(string sqlite, string postgres)
    {
        var names = NamesIn(postgres);
        (Sqlite, Parameters) = (sqlite, sqlite.Length == 0 ? names : NamesIn(sqlite));
        if (!names.SequenceEqual(Parameters, StringComparer.Ordinal))
            throw new ArgumentException("Both texts must name the same parameters in the same order.", nameof(postgres));
        Postgres = Numbered(postgres, names);
        OnlyAsks = Postgres.TrimStart().StartsWith("select", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Parameter names without the <c>@</c>, in the order of their values.</summary>
    public IReadOnlyList<string> Parameters { get; }

    internal string Sqlite { get; }

    /// <summary>The text with <c>$1 … $n</c>, PostgreSQL's own form, so that the driver need not parse it.</summary>
    internal string Postgres { get; }

    /// <summary>It changes nothing.</summary>
    internal bool OnlyAsks { get; }

    /// <summary>True when the text has the table's name in it, be it as a part of a longer name.</summary>
    internal bool Names(string table) => named.GetOrAdd(table, name => Postgres.Contains(name, StringComparison.OrdinalIgnoreCase));

    private static string[] NamesIn(string text)
    {
        var names = new List<string>();
        foreach (var (start, length) in Placeholders(text))
        {
            var name = text.Substring(start + 1, length - 1);
            if (!names.Contains(name, StringComparer.Ordinal)) names.Add(name);
        }

        return [.. names];
    }

    private static string Numbered(string text, string[] names)
    {
        var result = new StringBuilder();
        var copied = 0;
        foreach (var (start, length) in Placeholders(text))
        {
            result.Append(text, copied, start - copied).Append('$').Append(Array.IndexOf(names, text.Substring(start + 1, length - 1)) + 1);
            copied = start + length;
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }

    private static IEnumerable<(int Start, int Length)> Placeholders(string text)
    {
        var quoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\'') quoted = !quoted;
            if (quoted || text[at] != '@') continue;
            var end = at + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
            if (end > at + 1) yield return (at, end - at);
            at = end - 1;
        }
    }
}
