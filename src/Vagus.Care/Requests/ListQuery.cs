using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Care.Requests;

/// <summary>
/// The query of a list: each parameter once, none that is not known, <c>limit</c> (50 unless told, at most 200) and <c>cursor</c>.
/// </summary>
internal sealed class ListQuery
{
    public const int Default = 50;
    public const int Most = 200;
    private const int LongestValue = 512;
    private readonly IQueryCollection query;

    private ListQuery(IQueryCollection query, int limit) => (this.query, Limit) = (query, limit);

    public int Limit { get; }

    public string? Cursor => this["cursor"];

    /// <summary>Null where it is absent or empty.</summary>
    public string? this[string name] => query[name] is [{ Length: > 0 } value] ? value : null;

    public static Result<ListQuery> Read(IQueryCollection query, params ReadOnlySpan<string> names)
    {
        foreach (var (name, values) in query)
        {
            if (name is not ("limit" or "cursor") && !names.Contains(name)) return FieldRefusals.UnknownField(name);
            if (values.Count != 1 || values[0]!.Length > LongestValue || values[0]!.Any(char.IsControl))
                return FieldRefusals.Wrong(name, "one short text");
        }

        var limit = NumberOf(query["limit"], Default);
        return limit is >= 1 and <= Most
            ? new ListQuery(query, (int)limit.Value) : FieldRefusals.Wrong("limit", $"a number from 1 to {Most}");
    }

    /// <summary>A position in the log; 0 where there is none.</summary>
    public Result<long> Position(string name) =>
        NumberOf(this[name], 0) is { } position ? position : FieldRefusals.Wrong(name, "a position in the log");

    private static long? NumberOf(string? text, long otherwise)
    {
        if (string.IsNullOrEmpty(text)) return otherwise;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
