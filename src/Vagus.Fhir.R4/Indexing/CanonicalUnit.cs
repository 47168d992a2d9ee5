using System.Collections.Concurrent;
using Vagus.Fhir.R4.FhirPath.Values;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>
/// A UCUM unit in terms of its base units, so that 5.4 mg and 5400 ug are one amount. Results are kept per unit: there are few, and clients
/// cannot make the table grow without bound.
/// </summary>
/// <param name="Measure">What is measured, as a product of base units: <c>g.m-3</c>.</param>
/// <param name="Factor">By which a value is multiplied, after <paramref name="Offset"/> was added.</param>
/// <param name="Offset">Zero but for temperatures.</param>
public sealed record CanonicalUnit(string Measure, decimal Factor, decimal Offset)
{
    public const string System = "http://unitsofmeasure.org";

    private const int MostKept = 4_096;
    // Factors such as 1/60 are cut; beyond this the digits of two spellings of one amount may differ.
    private const int Digits = 15;
    internal static readonly ConcurrentDictionary<string, CanonicalUnit?> Known = new(StringComparer.Ordinal);

    /// <summary>Null: not a unit that can be compared with another.</summary>
    public static CanonicalUnit? Of(string? system, string? code)
    {
        if (system != System || code is not { Length: <= Ucum.LongestUnit }) return null;
        if (Known.TryGetValue(code, out var known)) return known;
        if (Known.Count >= MostKept) Known.Clear();
        return Known.GetOrAdd(code, Make);
    }

    /// <summary>The value in base units; null where it is too large for a decimal.</summary>
    public decimal? Convert(decimal value)
    {
        try
        {
            return Rounded((value + Offset) * Factor);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static CanonicalUnit? Make(string code) => code switch
    {
        "Cel" => new CanonicalUnit("K", 1m, 273.15m),
        "[degF]" => new CanonicalUnit("K", 5m / 9m, 459.67m),
        _ => Ucum.Parse(code) is { } unit ? new CanonicalUnit(unit.Dimension, unit.Factor, 0m) : null,
    };

    private static decimal Rounded(decimal value)
    {
        if (value == 0) return 0;
        var scale = 0;
        for (var size = Math.Abs(value); size < 1m && scale < 28; size *= 10) scale++;
        var whole = 0;
        for (var size = Math.Abs(value); size >= 1m; size /= 10) whole++;
        var kept = whole > 0 ? Digits - whole : Digits + scale - 1;
        if (kept >= 0) return Math.Round(value, Math.Min(kept, 28), MidpointRounding.AwayFromZero);
        var power = 1m;
        for (var i = 0; i < -kept; i++) power *= 10;
        return Math.Round(value / power, MidpointRounding.AwayFromZero) * power;
    }
}
