using System.Globalization;
using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Api.Tests.Searching.Naive;

/// <summary>
/// Whether a resource meets one parameter of a search, read from its JSON and the text of R4 §3.1.1.4 alone: no index, no criteria, no code
/// of the server but the names, kinds and expressions of the parameters.
/// </summary>
internal static class NaiveMatch
{
    private static readonly Dictionary<string, (string Measure, decimal Factor)> Units = new(StringComparer.Ordinal)
    {
        ["mg"] = ("mass", 0.001m), ["g"] = ("mass", 1m), ["ug"] = ("mass", 0.000001m), ["mm[Hg]"] = ("pressure", 133.322m),
        ["kPa"] = ("pressure", 1000m),
    };

    public static bool Meets(JsonElement resource, string type, SearchParameterDefinition parameter, string? modifier, string value)
    {
        if (parameter.Kind == SearchParameterKind.Composite)
            return Split(value, ',').Exists(tuple => MeetsTuple(resource, type, parameter, tuple));
        var found = NaivePath.Find(resource, parameter.Expression, type);
        if (modifier == "missing") return (Readable(found, parameter).Count == 0) == (value == "true");
        var any = Split(value, ',').Exists(one => found.Exists(each => Meets(each, parameter, modifier, one)));
        return modifier == "not" ? !any : any;
    }

    /// <summary>The elements that the kind of the parameter reads.</summary>
    public static List<Found> Readable(List<Found> found, SearchParameterDefinition parameter) =>
        found.FindAll(each => parameter.Kind switch
        {
            SearchParameterKind.Date => DateOf(each.Value) is not null,
            SearchParameterKind.Quantity or SearchParameterKind.Number => AmountOf(each.Value) is not null,
            SearchParameterKind.String => TextsOf(each.Value).Count > 0,
            SearchParameterKind.Reference => ReferenceOf(each.Value) is not null,
            SearchParameterKind.Token => TokensOf(each.Value).Count > 0,
            _ => each.Value.ValueKind == JsonValueKind.String,
        });

    private static bool Meets(Found found, SearchParameterDefinition parameter, string? modifier, string value) => parameter.Kind switch
    {
        SearchParameterKind.Token when modifier == "text" => ReadTexts(found.Value).Exists(text => MeetsText(text, null, Plain(value))),
        SearchParameterKind.Token when modifier == "of-type" => IsOfType(found.Value, value),
        SearchParameterKind.Token => TokensOf(found.Value).Exists(token => MeetsToken(token, value)),
        SearchParameterKind.Reference when modifier == "identifier" =>
            IdentifierOf(found.Value) is { } identifier && TokensOf(identifier).Exists(token => MeetsToken(token, value)),
        SearchParameterKind.Reference => ReferenceOf(found.Value) == Plain(value),
        SearchParameterKind.String => TextsOf(found.Value).Exists(text => MeetsText(text, modifier, Plain(value))),
        SearchParameterKind.Date => DateOf(found.Value) is { } date && MeetsDate(IsInstant(parameter) ? Point(date) : date, value),
        SearchParameterKind.Uri => MeetsUri(found.Value.GetString()!, modifier, Plain(value)),
        _ => AmountOf(found.Value) is { } amount && MeetsAmount(amount, value),
    };

    private static bool MeetsTuple(JsonElement resource, string type, SearchParameterDefinition parameter, string tuple)
    {
        var values = Split(tuple, '$');
        return NaivePath.Find(resource, parameter.Expression, type).Exists(element => parameter.Components.Select((component, index) =>
        {
            var definition = R4Definitions.SearchParameter(type, component.Code)!;
            var (from, path) = component.Expression.StartsWith("%resource.", StringComparison.Ordinal)
                ? (resource, component.Expression["%resource.".Length..])
                : (element.Value, component.Expression);
            return NaivePath.Find(from, path, root: null).Exists(each => Meets(each, definition, modifier: null, values[index]));
        }).All(met => met));
    }

    internal static List<(string? System, string Code)> TokensOf(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return [(null, value.GetRawText())];
        if (value.ValueKind == JsonValueKind.String) return [(null, value.GetString()!)];
        if (value.ValueKind != JsonValueKind.Object) return [];
        if (value.TryGetProperty("coding", out var codings)) return [.. codings.EnumerateArray().SelectMany(TokensOf)];
        var system = Text(value, "system");
        if (Text(value, "value") is { } held)
            return [(system is "phone" or "fax" or "email" or "pager" or "url" or "sms" or "other" ? null : system, held)];
        return Text(value, "code") is { } code && !value.TryGetProperty("value", out _) ? [(system, code)] : [];
    }

    private static List<string> ReadTexts(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) return [];
        var texts = new List<string>();
        // An identifier's type tells of it; the display of its assigner does not.
        if (value.TryGetProperty("value", out _))
            return value.TryGetProperty("type", out var type) && Text(type, "text") is { } of ? [of] : [];
        if (Text(value, "text") is { } text) texts.Add(text);
        if (value.TryGetProperty("coding", out var codings))
            texts.AddRange(codings.EnumerateArray().Select(each => Text(each, "display")).OfType<string>());
        else if (Text(value, "display") is { } display) texts.Add(display);
        return texts;
    }

    private static bool MeetsToken((string? System, string Code) token, string value)
    {
        var parts = Split(value, '|');
        if (parts.Count == 1) return token.Code == Plain(parts[0]);
        var (system, code) = (Plain(parts[0]), Plain(parts[1]));
        return (code.Length == 0 || token.Code == code) && (system.Length == 0 ? token.System is null : token.System == system);
    }

    /// <summary>The value of an identifier and the codings of its type.</summary>
    internal static (string Value, List<(string? System, string Code)> Types)? TypedIdentifier(JsonElement value) =>
        Text(value, "value") is { } held && value.TryGetProperty("type", out var type) && TokensOf(type) is { Count: > 0 } codings
            ? (held, codings) : null;

    private static bool IsOfType(JsonElement value, string asked)
    {
        var parts = Split(asked, '|').ConvertAll(Plain);
        var type = (parts[0].Length == 0 ? null : parts[0], parts[1]);
        return TypedIdentifier(value) is { } identifier && identifier.Value == parts[2] && identifier.Types.Contains(type);
    }

    internal static string? ReferenceOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        return value.ValueKind == JsonValueKind.Object ? Text(value, "reference") : null;
    }

    /// <summary>What a reference names its target by beside, or instead of, an address.</summary>
    internal static JsonElement? IdentifierOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("identifier", out var identifier)
            && identifier.ValueKind == JsonValueKind.Object && Text(identifier, "value") is not null ? identifier : null;

    internal static List<string> TextsOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return [value.GetString()!];
        if (value.ValueKind != JsonValueKind.Object) return [];
        // The parts of a name, and those of an address.
        string[] parts = value.TryGetProperty("family", out _) || value.TryGetProperty("given", out _)
            ? ["family", "given", "text", "prefix", "suffix"]
            : ["text", "line", "city", "district", "state", "postalCode", "country"];
        return [.. parts.Where(part => value.TryGetProperty(part, out _)).Select(part => value.GetProperty(part)).SelectMany(each =>
            each.ValueKind == JsonValueKind.Array ? each.EnumerateArray().Select(item => item.GetString()!) : [each.GetString()!])];
    }

    private static bool MeetsText(string text, string? modifier, string value) => modifier switch
    {
        "exact" => text == value,
        "contains" => Fold(text).Contains(Fold(value), StringComparison.Ordinal),
        _ => Fold(text).StartsWith(Fold(value), StringComparison.Ordinal)
            || (Bare(value).Length > 0 && Fold(text).StartsWith(Bare(value), StringComparison.Ordinal)),
    };

    // Without punctuation, a value finds what starts so, too.
    private static string Bare(string value) => string.Join(' ', Fold(value).Replace("'", "", StringComparison.Ordinal)
        .Replace(".", "", StringComparison.Ordinal).Split(['-', '/', ',', ' '], StringSplitOptions.RemoveEmptyEntries));

    private static bool MeetsUri(string uri, string? modifier, string value) => modifier switch
    {
        "below" => uri == value || uri.StartsWith(value.TrimEnd('/') + "/", StringComparison.Ordinal),
        "above" => uri == value || value.StartsWith(uri.TrimEnd('/') + "/", StringComparison.Ordinal),
        _ => uri == value,
    };

    internal static NaiveDate? DateOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return NaiveDate.Parse(value.GetString()!);
        if (value.ValueKind != JsonValueKind.Object) return null;
        if (value.TryGetProperty("event", out _) || value.TryGetProperty("repeat", out _)) return Timing(value);
        var (start, end) = (Text(value, "start"), Text(value, "end"));
        if (start is null && end is null) return null;
        return new NaiveDate(
            start is null ? DateTimeOffset.MinValue : NaiveDate.Parse(start)!.Low,
            end is null ? DateTimeOffset.MaxValue : NaiveDate.Parse(end)!.High);
    }

    /// <summary>A schedule is the time from its first to its last.</summary>
    private static NaiveDate? Timing(JsonElement timing)
    {
        var dates = timing.TryGetProperty("event", out var events) ? events.EnumerateArray().Select(DateOf).ToList() : [];
        if (timing.TryGetProperty("repeat", out var repeat) && repeat.TryGetProperty("boundsPeriod", out var bounds))
            dates.Add(DateOf(bounds));
        var known = dates.OfType<NaiveDate>().ToList();
        return known.Count == 0 ? null : new NaiveDate(known.Min(date => date.Low), known.Max(date => date.High));
    }

    // R4 §3.1.1.4.7: an instant is a point, however many digits its seconds are written with.
    private static NaiveDate Point(NaiveDate date) => date with { High = date.Low.AddTicks(1) };

    private static bool IsInstant(SearchParameterDefinition parameter) =>
        parameter.Expression.Split('.') is [var type, var element]
            && R4Definitions.Type(type)?.Element(element)?.Fields[0].Type.Definition.Primitive == PrimitiveKind.Instant;

    private static bool MeetsDate(NaiveDate date, string value)
    {
        var (prefix, rest) = Prefix(value);
        var asked = NaiveDate.Parse(rest)!;
        return prefix switch
        {
            "eq" => asked.Low <= date.Low && date.High <= asked.High,
            "ne" => !(asked.Low <= date.Low && date.High <= asked.High),
            "gt" => date.High > asked.High,
            "lt" => date.Low < asked.Low,
            "ge" => date.High > asked.Low,
            "le" => date.Low < asked.High,
            "sa" => date.Low >= asked.High,
            "eb" => date.High <= asked.Low,
            _ => IsAbout(date, asked),
        };
    }

    /// <summary>Within a tenth of the time between what is asked and now, on either side.</summary>
    private static bool IsAbout(NaiveDate date, NaiveDate asked)
    {
        var slack = (TimeProvider.System.GetUtcNow() - asked.Low).Duration() / 10;
        return (date.Low - DateTimeOffset.UnixEpoch) - (asked.High - DateTimeOffset.UnixEpoch) < slack
            && (asked.Low - DateTimeOffset.UnixEpoch) - (date.High - DateTimeOffset.UnixEpoch) < slack;
    }

    /// <summary>An amount: its ends, null where they are open, and its unit.</summary>
    internal sealed record Amount(decimal? Low, decimal? High, string? System, string? Code, string? Unit);

    internal static Amount? AmountOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number) return new Amount(value.GetDecimal(), value.GetDecimal(), null, null, null);
        if (value.ValueKind != JsonValueKind.Object) return null;
        if (value.TryGetProperty("currency", out _))
        {
            return Text(value, "currency") is { } currency && Number(value) is { } sum
                ? new Amount(sum, sum, "urn:iso:std:iso:4217", currency, null)
                : null;
        }

        if (!value.TryGetProperty("low", out var low) || !value.TryGetProperty("high", out var high))
            return Number(value) is { } single && !value.TryGetProperty("origin", out _)
                ? new Amount(single, single, Text(value, "system"), Text(value, "code"), Text(value, "unit"))
                : null;
        return low.ValueKind != JsonValueKind.Object || high.ValueKind != JsonValueKind.Object ? null
            : new Amount(Number(low), Number(high), Text(low, "system"), Text(low, "code"), Text(low, "unit"));
    }

    private static bool MeetsAmount(Amount amount, string value)
    {
        var parts = Split(value, '|');
        var (prefix, rest) = Prefix(parts[0]);
        var number = decimal.Parse(rest, CultureInfo.InvariantCulture);
        var scale = rest.Contains('.', StringComparison.Ordinal) ? rest.Length - rest.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        var half = 0.5m;
        for (var digit = 0; digit < scale; digit++) half /= 10;
        var (least, most) = (number - half, number + half);
        var (low, high) = (amount.Low, amount.High);
        if (parts.Count == 3 && parts[1] == "http://unitsofmeasure.org" && Units.TryGetValue(parts[2], out var asked))
        {
            if (amount.System != parts[1] || !Units.TryGetValue(amount.Code ?? "", out var own)) return false;
            if (own.Measure != asked.Measure) return false;
            (low, high) = (low * own.Factor, high * own.Factor);
            (least, most, number) = (least * asked.Factor, most * asked.Factor, number * asked.Factor);
        }
        else if (parts.Count == 3 && parts[1].Length == 0)
        {
            if (amount.Code != parts[2] && amount.Unit != parts[2]) return false;
        }
        else if (parts.Count == 3 && (amount.System != parts[1] || amount.Code != parts[2]))
        {
            return false;
        }

        // At least what the digits that are given leave open.
        var about = Math.Max(Math.Abs(number) / 10, (most - least) / 2);
        return prefix switch
        {
            "eq" => low >= least && high < most,
            "ne" => !(low >= least && high < most),
            "gt" => high is null || high > number,
            "lt" => low is null || low < number,
            "ge" => high is null || high >= number,
            "le" => low is null || low <= number,
            "sa" => low > number,
            "eb" => high < number,
            _ => !(low > number + about) && !(high < number - about),
        };
    }

    internal static List<string> Split(string text, char separator)
    {
        var (parts, part) = (new List<string>(), new StringBuilder());
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) part.Append(text[at]).Append(text[++at]);
            else if (text[at] == separator)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else part.Append(text[at]);
        }

        return [.. parts, part.ToString()];
    }

    private static string Plain(string text) =>
        text.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\|", "|", StringComparison.Ordinal)
            .Replace("\\$", "$", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    // The letters of the pools, spelled out.
    internal static string Fold(string text) => string.Concat(text.ToLowerInvariant().Select(letter => letter switch
    {
        'ë' or 'é' => 'e', 'ž' => 'z', 'å' => 'a', 'ö' => 'o', 'ñ' => 'n', 'ú' => 'u', _ => letter,
    }));

    private static (string Prefix, string Value) Prefix(string text) => char.IsLetter(text[0]) ? (text[..2], text[2..]) : ("eq", text);

    private static decimal? Number(JsonElement value) =>
        value.TryGetProperty("value", out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDecimal() : null;

    private static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}
