using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.Api.Tests.Import;

/// <summary>
/// Makes search parameters from what a resource really holds, bent now and then, so that they find something without finding all.
/// </summary>
internal sealed class RandomSearch
{
    private static readonly string[] Prefixes = ["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"];
    private static readonly string[] Precisions = ["yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'",
        "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'"];
    private readonly Dictionary<(string Type, int Parameter), string> codes = [];
    private readonly Random random;

    /// <param name="random">Seeded.</param>
    /// <param name="capabilities">The server's own statement of what it searches by.</param>
    /// <param name="parser">Tells the numbers under which the index holds the parameters.</param>
    public RandomSearch(Random random, JsonElement capabilities, SearchValueParser parser)
    {
        this.random = random;
        foreach (var resource in capabilities.GetProperty("rest")[0].GetProperty("resource").EnumerateArray())
        {
            var type = resource.GetProperty("type").GetString()!;
            foreach (var code in resource.GetProperty("searchParam").EnumerateArray()
                .Select(parameter => parameter.GetProperty("name").GetString()!))
            {
                // These two are columns of the resource's own row and have tests of their own; composites take no modifier.
                if (code is "_id" or "_lastUpdated") continue;
                if (parser.Parse(type, $"{code}:missing", "true") is { IsRefused: false } known) codes[(type, known.Value.Parameter)] = code;
            }
        }
    }

    public (string Name, string Value)? Parameter(string type, IndexedValues values)
    {
        var made = random.Next(10) switch
        {
            < 3 => Token(values),
            < 5 => Reference(values),
            < 7 => Text(values),
            _ => Date(values),
        };
        if (made is not var (parameter, modifier, value) || !codes.TryGetValue((type, parameter), out var code)) return null;
        if (random.Next(12) == 0) return ($"{code}:missing", random.Next(2) == 0 ? "true" : "false");
        if (random.Next(5) == 0) value = $"{value},{value[..Math.Max(1, value.Length / 2)]}x";
        return ($"{code}{modifier}", value);
    }

    private (int, string, string)? Token(IndexedValues values)
    {
        if (values.Tokens.Count == 0) return null;
        var token = values.Tokens[random.Next(values.Tokens.Count)];
        var code = Escaped(token.Code);
        var value = random.Next(4) switch
        {
            0 => code,
            1 when token.System is not null => $"{Escaped(token.System)}|",
            2 when code.Length > 0 => $"|{code}",
            _ => $"{Escaped(token.System ?? "")}|{code}",
        };
        return value is "" or "|" ? null : (token.Parameter, random.Next(5) == 0 ? ":not" : "", value);
    }

    private (int, string, string)? Reference(IndexedValues values)
    {
        var references = values.References.Where(reference => reference.Id is not null || reference.Url is not null).ToList();
        if (references.Count == 0) return null;
        var reference = references[random.Next(references.Count)];
        if (reference.Url is { } url) return (reference.Parameter, "", Escaped(url));
        return random.Next(4) switch
        {
            0 => (reference.Parameter, "", reference.Id!),
            1 when reference.Type is not null => (reference.Parameter, $":{reference.Type}", reference.Id!),
            2 => (reference.Parameter, "", $"Patient/{reference.Id}"),
            _ => (reference.Parameter, "", $"{reference.Type}/{reference.Id}"),
        };
    }

    private (int, string, string)? Text(IndexedValues values)
    {
        if (values.Strings.Count == 0) return null;
        var text = values.Strings[random.Next(values.Strings.Count)];
        var start = random.Next(text.Exact.Length);
        return random.Next(4) switch
        {
            0 => (text.Parameter, ":exact", Escaped(text.Exact)),
            1 => (text.Parameter, ":contains", Escaped(text.Exact[start..])),
            2 => (text.Parameter, "", Escaped(text.Exact.ToUpperInvariant())),
            _ => (text.Parameter, "", Escaped(text.Exact[..(start + 1)])),
        };
    }

    private (int, string, string)? Date(IndexedValues values)
    {
        if (values.Dates.Count == 0) return null;
        var date = values.Dates[random.Next(values.Dates.Count)];
        var at = random.Next(2) == 0 ? date.Low : date.High;
        if (random.Next(3) == 0 && at.Year is > 1900 and < 2100) at = at.AddHours(random.Next(-4000, 4000));
        return (date.Parameter, "",
            Prefixes[random.Next(Prefixes.Length)] + at.ToString(Precisions[random.Next(Precisions.Length)], CultureInfo.InvariantCulture));
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("|", "\\|", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}
