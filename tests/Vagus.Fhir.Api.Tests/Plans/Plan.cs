using System.Text.RegularExpressions;

namespace Vagus.Fhir.Api.Tests.Plans;

/// <summary>
/// A plan as the look-ups it makes: <c>table(column,column)</c>, the columns that have a condition within the index. <c>table()</c> is one
/// that is read from end to end.
/// </summary>
internal sealed partial class Plan(string text, IReadOnlyList<string> lookups)
{
    public IEnumerable<string> Faults(IEnumerable<string> expected)
    {
        foreach (var whole in lookups.Where(lookup => lookup.EndsWith("()", StringComparison.Ordinal))) yield return $"reads all of {whole}";
        foreach (var missing in expected.Where(wanted => !lookups.Any(lookup => Covers(lookup, wanted)))) yield return $"no {missing}";
    }

    public IEnumerable<string> LookupsOf(string table) =>
        lookups.Where(lookup => lookup.StartsWith($"{table}(", StringComparison.Ordinal));

    public override string ToString() => $"{text}\n{string.Join('\n', lookups)}";

    /// <summary>Lines of <c>explain query plan</c>: <c>SEARCH x USING PRIMARY KEY (param=? AND rid=?)</c>.</summary>
    public static Plan OfSqlite(string sql, IEnumerable<string> lines)
    {
        var tables = Alias().Matches(sql).ToLookup(match => match.Groups["alias"].Value, match => match.Groups["table"].Value);
        var all = lines.ToList();
        return new Plan(string.Join('\n', all), [.. all.SelectMany(line => Sqlite(line, tables))]);
    }

    /// <summary>Lines of <c>explain</c>: <c>Index Scan using … on fhir_token x</c>, and <c>Index Cond</c> below it.</summary>
    public static Plan OfPostgres(IReadOnlyList<string> lines)
    {
        var lookups = new List<string>();
        string? table = null;
        foreach (var line in lines)
        {
            if (line.Contains("Bitmap Index Scan", StringComparison.Ordinal)) continue;
            if (PostgresScan().Match(line) is { Success: true } scan)
            {
                table = scan.Groups["table"].Value;
                if (line.Contains("Seq Scan", StringComparison.Ordinal)) lookups.Add($"{table}()");
            }
            else if (line.Contains("Index Cond:", StringComparison.Ordinal))
            {
                var columns = PostgresColumn().Matches(line).Select(match => match.Groups["column"].Value).Distinct(StringComparer.Ordinal);
                lookups.Add($"{table}({string.Join(',', columns)})");
            }
        }

        return new Plan(string.Join('\n', lines), lookups);
    }

    private static bool Covers(string lookup, string wanted)
    {
        var (table, columns) = Split(lookup);
        var (wantedTable, wantedColumns) = Split(wanted);
        return table == wantedTable && !wantedColumns.Except(columns, StringComparer.Ordinal).Any();
    }

    private static (string Table, string[] Columns) Split(string lookup)
    {
        var open = lookup.IndexOf('(', StringComparison.Ordinal);
        return (lookup[..open], lookup[(open + 1)..^1].Split(','));
    }

    private static IEnumerable<string> Sqlite(string line, ILookup<string, string> tables)
    {
        if (SqliteLine().Match(line) is not { Success: true } match) yield break;
        // An alias may stand for a subquery as well, which is read from end to end.
        foreach (var table in tables[match.Groups["name"].Value].DefaultIfEmpty(match.Groups["name"].Value).Distinct(StringComparer.Ordinal))
        {
            var columns = SqliteColumn().Matches(match.Groups["conditions"].Value).Select(column => column.Groups["column"].Value);
            if (match.Groups["how"].Value == "SEARCH") yield return $"{table}({string.Join(',', columns.Distinct(StringComparer.Ordinal))})";
            else if (table != "fhir_resource" && (table.StartsWith("fhir_", StringComparison.Ordinal) || table is "event" or "log_head" or "chart_fact"))
                yield return $"{table}()";
        }
    }

    [GeneratedRegex(
        @"\b(from|join) (?<table>\w+) (?<alias>[a-z])\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Alias();

    [GeneratedRegex(
        @"^(?<how>SEARCH|SCAN) (?<name>\w+)( USING [^(]*\((?<conditions>.*)\))?", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex SqliteLine();

    [GeneratedRegex(@"(?<column>\w+)[=<>]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex SqliteColumn();

    [GeneratedRegex(@"Scan .*\bon (?<table>fhir_\w+|event|log_head|chart_fact)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PostgresScan();

    [GeneratedRegex(@"(?<column>\w+)""? (=|<|>|<=|>=) ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PostgresColumn();
}
