using System.Text;

namespace Vagus.Access.Authorization;

/// <summary>One scope of resources, taken apart; the grammar is in <see cref="SmartScopes"/>.</summary>
/// <param name="Context"><c>patient</c>, <c>user</c> or <c>system</c>.</param>
/// <param name="Type">A resource type, or <see cref="AnyType"/>.</param>
/// <param name="Interactions">At least one.</param>
/// <param name="Criteria">The searches of a granular scope, all of which must match; each once.</param>
public sealed record SmartScope(
    string Context, string Type, ResourceInteractions Interactions, IReadOnlyList<RowCriterion> Criteria)
{
    public const string AnyType = "*";
    private const int MostCriteria = 10;
    private const string Letters = "cruds";
    private const string Separators = "\"\\%&=+#";
    private static readonly string[] Contexts = ["patient", "user", "system"];

    private static readonly Dictionary<string, ResourceInteractions> Version1 = new(StringComparer.Ordinal)
    {
        ["read"] = ResourceInteractions.Reading,
        ["write"] = ResourceInteractions.Writing,
        ["*"] = ResourceInteractions.Reading | ResourceInteractions.Writing,
    };

    /// <summary>Null for what is malformed.</summary>
    public static SmartScope? Parse(string scope)
    {
        var slash = scope.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return null;
        var (context, rest) = (scope[..slash], scope[(slash + 1)..]);
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        var (granted, query) = question < 0 ? (rest, null) : (rest[..question], rest[(question + 1)..]);
        if (!Contexts.Contains(context, StringComparer.Ordinal) || granted.Split('.') is not [var type, var verbs]) return null;
        if (!IsType(type) || InteractionsOf(verbs) is not { } interactions) return null;
        if (CriteriaOf(query) is not { } criteria || (type == AnyType && criteria.Count > 0)) return null;
        return new SmartScope(context, type, interactions, criteria);
    }

    /// <summary>What both let through, with the criteria of both; null when that is nothing.</summary>
    public SmartScope? And(SmartScope other)
    {
        if (Context != other.Context || (Type != other.Type && Type != AnyType && other.Type != AnyType)) return null;
        var both = Interactions & other.Interactions;
        var type = Type == AnyType ? other.Type : Type;
        if (both == ResourceInteractions.None) return null;
        IReadOnlyList<RowCriterion> criteria = [.. Criteria, .. other.Criteria.Except(Criteria)];
        // All types at once have no common search parameter, and a scope that cannot be written down cannot be granted.
        return criteria.Count > (type == AnyType ? 0 : MostCriteria) ? null : new SmartScope(Context, type, both, criteria);
    }

    /// <summary>True when this scope lets through all that the other one does.</summary>
    public bool Covers(SmartScope other) =>
        And(other) is { } both && both.Type == other.Type && both.Interactions == other.Interactions
        && Criteria.All(other.Criteria.Contains);

    /// <summary>The scope in the words of version 2.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"{Context}/{Type}.");
        for (var at = 0; at < Letters.Length; at++)
        {
            if (Interactions.HasFlag((ResourceInteractions)(1 << at))) text.Append(Letters[at]);
        }

        var separator = '?';
        foreach (var criterion in Criteria)
        {
            text.Append(separator).Append(Escape(criterion.Parameter)).Append('=').Append(Escape(criterion.Value));
            separator = '&';
        }

        return text.ToString();
    }

    // RFC 6749 §3.3: a scope is of printable ASCII without blank, quote and backslash. The others separate our own parts.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in Encoding.UTF8.GetBytes(text))
        {
            if (letter is > 0x20 and < 0x7F && !Separators.Contains((char)letter, StringComparison.Ordinal)) escaped.Append((char)letter);
            else escaped.Append('%').Append(letter.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }

    private static bool IsType(string type) => type == AnyType || (type.Length is > 0 and <= 64 && type.All(char.IsAsciiLetter));

    private static ResourceInteractions? InteractionsOf(string verbs)
    {
        if (Version1.TryGetValue(verbs, out var known)) return known;
        var (interactions, at) = (ResourceInteractions.None, 0);
        foreach (var letter in verbs)
        {
            var place = Letters.IndexOf(letter, at);
            if (place < 0) return null;
            interactions |= (ResourceInteractions)(1 << place);
            at = place + 1;
        }

        return interactions == ResourceInteractions.None ? null : interactions;
    }

    private static List<RowCriterion>? CriteriaOf(string? query)
    {
        if (query is null) return [];
        var pairs = query.Split('&');
        if (pairs.Length > MostCriteria) return null;
        List<RowCriterion> criteria = [];
        foreach (var pair in pairs)
        {
            if (pair.Split('=') is not [{ Length: > 0 } name, { Length: > 0 } value]) return null;
            criteria.Add(new RowCriterion(Uri.UnescapeDataString(name), Uri.UnescapeDataString(value)));
        }

        return [.. criteria.Distinct()];
    }
}
