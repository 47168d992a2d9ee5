using System.Runtime.InteropServices;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>
/// A place on the globe (WGS 84), in ten-millionths of a degree: about a centimetre. Distances are those on a sphere of the earth's mean
/// radius, which differ from the ellipsoid's by at most 0.6 %.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GlobePoint(long Latitude, long Longitude)
{
    /// <summary>Of the sphere on which <see cref="Vector"/> lies: its chords, squared, are whole numbers of 64 bits.</summary>
    private const double Radius = 1e9;

    private const double EarthMetres = 6_371_008.8;
    private const decimal PerDegree = 10_000_000m;
    private const long Pole = 900_000_000;
    private const long HalfTurn = 1_800_000_000;

    /// <summary>Null where the numbers are no place.</summary>
    public static GlobePoint? Of(decimal latitude, decimal longitude) =>
        Math.Abs(latitude) > 90 || Math.Abs(longitude) > 180
            ? null : new GlobePoint((long)Math.Round(latitude * PerDegree), (long)Math.Round(longitude * PerDegree));

    /// <summary>The place in space.</summary>
    public (long X, long Y, long Z) Vector()
    {
        var (latitude, longitude) = (Radians(Latitude), Radians(Longitude));
        return (
            (long)Math.Round(Radius * Math.Cos(latitude) * Math.Cos(longitude)),
            (long)Math.Round(Radius * Math.Cos(latitude) * Math.Sin(longitude)),
            (long)Math.Round(Radius * Math.Sin(latitude)));
    }

    /// <summary>The squared chord between two vectors that are so far apart.</summary>
    public static long SquaredChord(double metres)
    {
        var chord = 2 * Radius * Math.Sin(Math.Min(metres / EarthMetres, Math.PI) / 2);
        return (long)Math.Floor(chord * chord);
    }

    public long SquaredChordTo(GlobePoint other)
    {
        var ((x, y, z), (a, b, c)) = (Vector(), other.Vector());
        return ((x - a) * (x - a)) + ((y - b) * (y - b)) + ((z - c) * (z - c));
    }

    /// <summary>Boxes that hold all that is so near: two where the antimeridian is among it.</summary>
    public IReadOnlyList<GlobeBox> Around(double metres)
    {
        var angle = metres / EarthMetres;
        // Two units more than the rounding of either end.
        var (south, north) = (Latitude - Units(angle) - 2, Latitude + Units(angle) + 2);
        if (south <= -Pole || north >= Pole) return [new GlobeBox(south, north, -HalfTurn, HalfTurn)];
        var width = Units(Math.Asin(Math.Min(1, Math.Sin(angle) / Math.Cos(Radians(Latitude))))) + 2;
        var (west, east) = (Longitude - width, Longitude + width);
        if (west >= -HalfTurn && east <= HalfTurn) return [new GlobeBox(south, north, west, east)];
        return west < -HalfTurn
            ? [new GlobeBox(south, north, -HalfTurn, east), new GlobeBox(south, north, west + (2 * HalfTurn), HalfTurn)]
            : [new GlobeBox(south, north, west, HalfTurn), new GlobeBox(south, north, -HalfTurn, east - (2 * HalfTurn))];
    }

    private static double Radians(long units) => units / (double)PerDegree * Math.PI / 180;

    private static long Units(double angle) => (long)Math.Ceiling(angle * 180 / Math.PI * (double)PerDegree);
}

/// <summary>Places between two latitudes and two longitudes, both inclusive.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GlobeBox(long South, long North, long West, long East);
