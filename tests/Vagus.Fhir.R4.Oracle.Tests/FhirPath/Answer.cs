using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Vagus.Fhir.R4.Oracle.Tests.FhirPath;

/// <summary>What an engine makes of an expression: a collection, or a refusal.</summary>
internal sealed record Answer(IReadOnlyList<Item> Items, string? Refusal)
{
    /// <summary>Both refuse, or both give the same types and values in the same order.</summary>
    public bool Agrees(Answer other)
    {
        if (Refusal is not null || other.Refusal is not null) return Refusal is null == other.Refusal is null;
        return Items.Count == other.Items.Count && Items.Zip(other.Items).All(pair => pair.First.Agrees(pair.Second));
    }

    public override string ToString() => Refusal is null ? $"[{string.Join(", ", Items)}]" : $"refused: {Refusal}";
}

/// <summary>One item: its type, and its text if it is primitive, else its JSON.</summary>
internal sealed partial record Item(string Type, string? Text, Func<string>? Json)
{
    private const int LongestShown = 80;

    private static readonly string[] Numbers = ["System.Integer", "System.Decimal", "integer", "decimal", "positiveInt", "unsignedInt"];

    public bool Agrees(Item other)
    {
        if (Type != other.Type) return false;
        if (Text is not null || other.Text is not null) return Same(Text, other.Text);
        if (Json is null || other.Json is null) return Json is null == other.Json is null;
        using var left = JsonDocument.Parse(Json());
        using var right = JsonDocument.Parse(other.Json());
        return JsonElement.DeepEquals(left.RootElement, right.RootElement);
    }

    public override string ToString()
    {
        var value = Text ?? Json?.Invoke() ?? "";
        return $"{Type} {(value.Length > LongestShown ? $"{value[..LongestShown]}…" : value)}";
    }

    private bool Same(string? left, string? right)
    {
        if (left == right) return true;
        if (left is null || right is null) return false;
        if (Array.IndexOf(Numbers, Type) >= 0) return Number(left) == Number(right);
        if (Type is "System.Quantity") return Quantity(left) == Quantity(right);
        return Type is "System.DateTime" or "System.Time" or "dateTime" or "instant" or "time" && Moment(left) == Moment(right);
    }

    private static decimal Number(string text) =>
        decimal.Parse(text, NumberStyles.Number | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);

    // The SDK writes "4 'day'" for 4 days.
    private static (decimal Value, string Unit) Quantity(string text)
    {
        var parts = text.Split(' ', 2);
        return (Number(parts[0]), parts.Length > 1 ? parts[1].Trim('\'').TrimEnd('s') : "1");
    }

    // UTC has two spellings, and zeros at the end of a fraction mean nothing.
    private static string Moment(string text) => FractionZeros().Replace(text.Replace("+00:00", "Z", StringComparison.Ordinal), "${kept}");

    [GeneratedRegex(@"(\.0+|(?<kept>\.\d*?[1-9])0+)(?=Z|[+-]|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FractionZeros();
}
