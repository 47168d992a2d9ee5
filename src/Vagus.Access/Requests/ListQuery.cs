using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Access.Requests;

/// <summary>
/// The query of a list: each parameter once, none that is not known; <c>limit</c> (50 unless told, at most 200) with <c>cursor</c>, or
/// where the list counts, <c>offset</c> (at most 800: a cursor goes further).
/// </summary>
public sealed class ListQuery
{
    public const int Default = 50;
    public const int Most = 200;
    private const int MostOffset = 800;
    private const int LongestValue = 8 * 1024;
    private readonly IQueryCollection query;

    private ListQuery(IQueryCollection query, int limit, int offset) =>
        (this.query, Limit, Offset, Cursor) = (query, limit, offset, query["cursor"] is [{ Length: > 0 } cursor] ? cursor : null);

    public int Limit { get; }

    public int Offset { get; }

    public string? Cursor { get; private init; }

    /// <summary>Null where it is absent or empty.</summary>
    public string? this[string name] => query[name] is [{ Length: > 0 } value] ? value : null;

    public static Result<ListQuery> Read(IQueryCollection query, params ReadOnlySpan<string> names)
    {
        if (query.ContainsKey("offset")) return FieldRefusals.UnknownField("offset");
        return ReadCounted(query, names);
    }

    /// <summary>The same of a list that takes an offset.</summary>
    public static Result<ListQuery> ReadCounted(IQueryCollection query, params ReadOnlySpan<string> names)
    {
        foreach (var (name, values) in query)
        {
            if (name is not ("limit" or "cursor" or "offset") && !names.Contains(name)) return FieldRefusals.UnknownField(name);
            if (values is not [{ Length: <= LongestValue } value] || value.Any(char.IsControl))
                return FieldRefusals.Wrong(name, "one short text");
        }

        if (NumberOf(query["limit"], Default) is not { } limit || limit is < 1 or > Most)
            return FieldRefusals.Wrong("limit", $"a number from 1 to {Most}");
        if (NumberOf(query["offset"], 0) is not { } offset || offset > MostOffset)
            return FieldRefusals.Wrong("offset", $"a number from 0 to {MostOffset}");
        if (offset > 0 && query.ContainsKey("cursor")) return FieldRefusals.Wrong("offset", "absent where there is a cursor");
        return new ListQuery(query, (int)limit, (int)offset);
    }

    /// <summary>Where cursors are ids of <see cref="IdSource"/>: refuses one that no page gave. Null: there is none, or it is an id.</summary>
    public Refusal? RefuseCursor() => Cursor is null || Guid.TryParseExact(Cursor, "D", out _) ? null : NoCursor;

    /// <summary>The same list from another place on.</summary>
    public ListQuery Within(int limit, string? cursor) => new(query, limit, offset: 0) { Cursor = cursor };

    /// <summary>The id of a resource; null where it is absent.</summary>
    public Result<string?> Id(string name) =>
        this[name] is { } id && !ChosenId.IsFhirId(id) ? FieldRefusals.Wrong(name, "an id") : this[name];

    /// <summary>A position in the log; 0 where there is none.</summary>
    public Result<long> Position(string name) =>
        NumberOf(this[name], 0) is { } position ? position : FieldRefusals.Wrong(name, "a position in the log");

    private static readonly Refusal NoCursor = FieldRefusals.Wrong("cursor", "one that a page gave");

    private static long? NumberOf(string? text, long otherwise)
    {
        if (string.IsNullOrEmpty(text)) return otherwise;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
