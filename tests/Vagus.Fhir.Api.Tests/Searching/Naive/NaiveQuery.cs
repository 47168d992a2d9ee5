using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Api.Tests.Searching.Naive;

/// <summary>Searches made of what a resource holds, bent so that they find some and not all.</summary>
internal sealed class NaiveQuery(Random random)
{
    private static readonly string[] Forms = ["yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"];
    private static readonly string[] Prefixes = ["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];

    /// <summary>Null where the resource has no value that the kind of the parameter reads.</summary>
    public (string? Modifier, string Value)? Of(JsonElement resource, string type, SearchParameterDefinition parameter)
    {
        if (parameter.Kind == SearchParameterKind.Composite) return Tuple(resource, type, parameter);
        var found = NaiveMatch.Readable(NaivePath.Find(resource, parameter.Expression, type), parameter);
        if (random.Next(10) == 0) return ("missing", random.Next(2) == 0 ? "true" : "false");
        return found.Count == 0 ? null : Of(found[random.Next(found.Count)].Value, parameter);
    }

    private (string? Modifier, string Value)? Tuple(JsonElement resource, string type, SearchParameterDefinition parameter)
    {
        // R4 has the two of this one the wrong way round.
        if (parameter.Code == "relationship") return null;
        if (NaivePath.Find(resource, parameter.Expression, type) is not { Count: > 0 } elements) return null;
        var element = elements[random.Next(elements.Count)].Value;
        var values = parameter.Components.Select(component =>
        {
            var definition = R4Definitions.SearchParameter(type, component.Code)!;
            var (from, path) = component.Expression.StartsWith("%resource.", StringComparison.Ordinal)
                ? (resource, component.Expression["%resource.".Length..])
                : (element, component.Expression);
            var found = NaiveMatch.Readable(NaivePath.Find(from, path, root: null), definition);
            return found.Count == 0 ? null : Plain(found[0].Value, definition);
        }).ToList();
        return values.Contains(null) ? null : (null, string.Join('$', values));
    }

    private string? Plain(JsonElement value, SearchParameterDefinition parameter) =>
        parameter.Kind == SearchParameterKind.Token ? Token(value) : Of(value, parameter) is { Modifier: null } made ? made.Value : null;

    private (string? Modifier, string Value)? Of(JsonElement value, SearchParameterDefinition parameter)
    {
        switch (parameter.Kind)
        {
            case SearchParameterKind.Token:
                return random.Next(6) switch
                {
                    0 => ("not", Token(value)),
                    1 => ("text", "kanarie"),
                    2 or 3 when NaiveMatch.TypedIdentifier(value) is { } identifier => ("of-type", TypedIdentifier(identifier)),
                    _ => (null, Token(value)),
                };
            case SearchParameterKind.Reference when random.Next(4) == 0 && NaiveMatch.IdentifierOf(value) is { } identifier:
                return ("identifier", Token(identifier));
            case SearchParameterKind.Reference:
                return (null, Escaped(NaiveMatch.ReferenceOf(value)!));
            case SearchParameterKind.String:
                var texts = NaiveMatch.TextsOf(value);
                return Text(texts[random.Next(texts.Count)]);
            case SearchParameterKind.Uri:
                var uri = value.GetString()!;
                return random.Next(4) switch
                {
                    0 when uri.StartsWith("http", StringComparison.Ordinal) =>
                        ("below", random.Next(2) == 0 ? uri : uri[..uri.LastIndexOf('/')]),
                    1 when uri.StartsWith("http", StringComparison.Ordinal) => ("above", $"{uri}/more/still"),
                    _ => (null, Escaped(uri)),
                };
            case SearchParameterKind.Date:
                var date = NaiveMatch.DateOf(value)!;
                return (null, Prefixes[random.Next(Prefixes.Length)] + Date(random.Next(2) == 0 ? date.High : date.Low));
            default:
                return (null, Amount(NaiveMatch.AmountOf(value)!, parameter.Kind));
        }
    }

    private string Token(JsonElement value)
    {
        var tokens = NaiveMatch.TokensOf(value);
        var (system, code) = tokens[random.Next(tokens.Count)];
        if (system is null || random.Next(2) == 0) return Escaped(code);
        return random.Next(4) == 0 ? $"{Escaped(system)}|" : $"{Escaped(system)}|{Escaped(code)}";
    }

    private string TypedIdentifier((string Value, List<(string? System, string Code)> Types) identifier)
    {
        var (system, code) = identifier.Types[random.Next(identifier.Types.Count)];
        var value = random.Next(4) == 0 ? "another" : identifier.Value;
        return $"{Escaped(random.Next(4) == 0 ? "" : system ?? "")}|{Escaped(code)}|{Escaped(value)}";
    }

    private (string? Modifier, string Value) Text(string text) => random.Next(4) switch
    {
        0 => ("exact", Escaped(text)),
        1 => ("contains", Escaped(text[(text.Length / 2)..].Trim())),
        2 => (null, Escaped(text.ToUpperInvariant())),
        _ => (null, Escaped(text[..((text.Length / 2) + 1)].Trim())),
    };

    private string Date(DateTimeOffset at)
    {
        var known = at.Year is < 2 or > 9000 ? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) : at;
        return known.UtcDateTime.ToString(Forms[random.Next(Forms.Length)], CultureInfo.InvariantCulture);
    }

    private string Amount(NaiveMatch.Amount amount, SearchParameterKind kind)
    {
        var number = (amount.Low ?? amount.High ?? 0).ToString(CultureInfo.InvariantCulture);
        // There are few parameters of numbers.
        var text = (kind == SearchParameterKind.Number && random.Next(2) == 0 ? "ap" : Prefixes[random.Next(Prefixes.Length)]) + number;
        return random.Next(4) switch
        {
            _ when kind == SearchParameterKind.Number => text,
            0 when amount.System is { } system && amount.Code is { } code => $"{text}|{system}|{code}",
            1 when amount.System == "http://unitsofmeasure.org" => $"{text}|{amount.System}|mg",
            2 when amount.Unit is { } unit => $"{text}||{unit}",
            _ => text,
        };
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("|", "\\|", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}
