using System.Globalization;
using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.R4.Criteria;

/// <summary>Not farther than a distance from a place (R4 Location, "near").</summary>
public sealed record PositionTerm(GlobePoint Centre, double Metres) : SearchTerm
{
    // What is near is the server's to say where a request does not (R4 Location, "near").
    private const decimal Kilometres = 25;

    // Half the way around the earth.
    private const double Farthest = 20_100_000;

    /// <summary><c>latitude|longitude|distance|unit</c>; null is no such value. A distance without a unit is of kilometres.</summary>
    public static PositionTerm? Read(string text)
    {
        var parts = Escaped.Split(text, '|');
        if (parts.Count is < 2 or > 4) return null;
        if (Number(parts[0]) is not { } latitude || Number(parts[1]) is not { } longitude) return null;
        var distance = parts.Count > 2 && parts[2].Length > 0 ? Number(parts[2]) : Kilometres;
        var unit = parts.Count > 3 && parts[3].Length > 0 ? parts[3] : "km";
        if (distance is not { } far || MetresOf(unit) is not { } metres) return null;
        if (GlobePoint.Of(latitude, longitude) is not { } centre) return null;
        var all = (double)far * metres;
        return all is < 0 or > Farthest ? null : new PositionTerm(centre, all);
    }

    internal override bool Holds(IndexedValues values, int parameter)
    {
        var limit = GlobePoint.SquaredChord(Metres);
        return values.Positions.Any(value => value.Parameter == parameter && value.Place.SquaredChordTo(Centre) <= limit);
    }

    private static double? MetresOf(string unit) => unit switch
    {
        "km" => 1000,
        "m" => 1,
        "[mi_i]" or "mi" => 1609.344,
        "[mi_us]" => 1609.347218694,
        _ => null,
    };

    private static decimal? Number(string text) => text.Length <= 24 && decimal.TryParse(
        text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
