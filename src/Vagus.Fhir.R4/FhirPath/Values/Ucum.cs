using System.Collections.Frozen;
using System.Globalization;

namespace Vagus.Fhir.R4.FhirPath.Values;

/// <summary>
/// The part of UCUM that comparing clinical quantities takes: products and powers of common units with metric prefixes.
/// No special (offset or logarithmic) units such as degrees Celsius: those compare only with themselves. Annotations say nothing (UCUM §6).
/// </summary>
internal static class Ucum
{
    public const int LongestUnit = 100;

    private static readonly FrozenDictionary<string, decimal> Prefixes = new Dictionary<string, decimal>(StringComparer.Ordinal)
    {
        ["T"] = 1e12m, ["G"] = 1e9m, ["M"] = 1e6m, ["k"] = 1e3m, ["h"] = 100m, ["da"] = 10m, ["d"] = 0.1m, ["c"] = 0.01m,
        ["m"] = 1e-3m, ["u"] = 1e-6m, ["n"] = 1e-9m, ["p"] = 1e-12m, ["f"] = 1e-15m,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Every unit in terms of the base units m, g, s, K, mol, cd, C and a few that stand for themselves.
    private static readonly FrozenDictionary<string, (decimal Factor, string Base, bool Metric)> Atoms =
        new Dictionary<string, (decimal, string, bool)>(StringComparer.Ordinal)
        {
            ["m"] = (1m, "m", true), ["g"] = (1m, "g", true), ["s"] = (1m, "s", true), ["K"] = (1m, "K", true), ["mol"] = (1m, "mol", true),
            ["cd"] = (1m, "cd", true), ["C"] = (1m, "C", true), ["rad"] = (1m, "rad", true), ["eq"] = (1m, "mol", true),
            ["osm"] = (1m, "mol", true), ["kat"] = (1m, "mol.s-1", true), ["U"] = (1m / 60_000_000m, "mol.s-1", true),
            ["[iU]"] = (1m, "[iU]", true), ["[IU]"] = (1m, "[iU]", true), ["[arb'U]"] = (1m, "[arb'U]", false),
            ["%"] = (0.01m, "", false), ["[ppth]"] = (1e-3m, "", false), ["[ppm]"] = (1e-6m, "", false), ["[ppb]"] = (1e-9m, "", false),
            ["[pH]"] = (1m, "[pH]", false), ["L"] = (0.001m, "m3", true), ["l"] = (0.001m, "m3", true), ["t"] = (1e6m, "g", true),
            ["min"] = (60m, "s", false), ["h"] = (3600m, "s", false), ["d"] = (86_400m, "s", false), ["wk"] = (604_800m, "s", false),
            ["mo"] = (2_629_800m, "s", false), ["a"] = (31_557_600m, "s", false), ["Hz"] = (1m, "s-1", true),
            ["N"] = (1000m, "g.m.s-2", true), ["Pa"] = (1000m, "g.m-1.s-2", true), ["J"] = (1000m, "g.m2.s-2", true),
                ["W"] = (1000m, "g.m2.s-3", true),
            ["bar"] = (1e8m, "g.m-1.s-2", true), ["m[Hg]"] = (133_322_000m, "g.m-1.s-2", true),
                ["m[H2O]"] = (9_806_650m, "g.m-1.s-2", true),
            ["cal"] = (4184m, "g.m2.s-2", true), ["A"] = (1m, "C.s-1", true), ["V"] = (1000m, "g.m2.s-2.C-1", true),
            ["[in_i]"] = (0.0254m, "m", false), ["[ft_i]"] = (0.3048m, "m", false), ["[mi_i]"] = (1609.344m, "m", false),
                ["[yd_i]"] = (0.9144m, "m", false),
            ["[lb_av]"] = (453.59237m, "g", false), ["[oz_av]"] = (28.349523125m, "g", false),
                ["[foz_us]"] = (0.0000295735295625m, "m3", false),
            ["[drp]"] = (5e-8m, "m3", false), ["deg"] = (0.01745329251994329576923690768m, "rad", false),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A unit as a factor and a product of base units, written in one canonical way.</summary>
    public sealed record Unit(decimal Factor, SortedDictionary<string, int> Powers)
    {
        public string Dimension => Powers.Count == 0 ? Quantity.NoUnit : string.Join('.', Powers.Select(power => power.Value == 1
            ? power.Key
            : power.Key + power.Value.ToString(CultureInfo.InvariantCulture)));

        public Unit Combine(Unit other, int sign)
        {
            var powers = new SortedDictionary<string, int>(Powers, StringComparer.Ordinal);
            foreach (var (name, power) in other.Powers)
            {
                powers[name] = powers.GetValueOrDefault(name) + (power * sign);
                if (powers[name] == 0) powers.Remove(name);
            }

            return new Unit(sign > 0 ? Factor * other.Factor : Factor / other.Factor, powers);
        }
    }

    public static decimal? Convert(decimal value, string from, string to)
    {
        if (Parse(from) is not { } source || Parse(to) is not { } target || source.Dimension != target.Dimension) return null;
        try
        {
            return value * source.Factor / target.Factor;
        }
        catch (ArithmeticException)
        {
            return null;
        }
    }

    public static Unit? Parse(string text)
    {
        if (text.Length > LongestUnit) return null;
        var unit = new Unit(1m, new SortedDictionary<string, int>(StringComparer.Ordinal));
        if (WithoutAnnotations(text) is not { } plain) return null;
        text = plain;
        if (text is Quantity.NoUnit or "") return unit;
        var sign = 1;
        var at = 0;
        try
        {
            while (at < text.Length)
            {
                var end = text.IndexOfAny(['.', '/'], at);
                if (end < 0) end = text.Length;
                if (end > at || at > 0)
                {
                    if (Term(text[at..end]) is not { } term) return null;
                    unit = unit.Combine(term, sign);
                }

                if (end < text.Length) sign = text[end] == '/' ? -1 : 1;
                at = end + 1;
            }
        }
        catch (ArithmeticException)
        {
            return null;
        }

        // Below what a decimal holds: all amounts would be equal.
        return unit.Factor == 0 ? null : unit;
    }

    /// <summary>Null: a brace without its other one.</summary>
    private static string? WithoutAnnotations(string text)
    {
        for (var open = text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = text.IndexOf('{', StringComparison.Ordinal))
        {
            var close = text.IndexOf('}', open);
            if (close < 0) return null;
            text = text.Remove(open, close - open + 1);
        }

        return text.Contains('}', StringComparison.Ordinal) ? null : text;
    }

    /// <summary><c>10*3</c> and <c>10^3</c> are a thousand.</summary>
    private static Unit? PowerOfTen(string text)
    {
        if (text.Length < 4 || text[..2] is not "10" || text[2] is not ('*' or '^')) return null;
        if (!int.TryParse(text.AsSpan(3), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var power)) return null;
        if (power is > 24 or < -24) return null;
        var factor = 1m;
        for (var i = 0; i < Math.Abs(power); i++) factor = power > 0 ? factor * 10 : factor / 10;
        return new Unit(factor, new SortedDictionary<string, int>(StringComparer.Ordinal));
    }

    private static Unit? Term(string text)
    {
        if (PowerOfTen(text) is { } thousands) return thousands;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            return new Unit(number, new SortedDictionary<string, int>(StringComparer.Ordinal));
        }

        var end = text.Length;
        while (end > 0 && (char.IsAsciiDigit(text[end - 1]) || text[end - 1] is '-' or '+')) end--;
        var power = 1;
        if (end < text.Length && !int.TryParse(text[end..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power))
            return null;
        if (power is 0 or > 9 or < -9 || Atom(text[..end]) is not { } atom) return null;
        var unit = atom;
        for (var i = 1; i < Math.Abs(power); i++) unit = unit.Combine(atom, sign: 1);
        return power > 0 ? unit : Parse(Quantity.NoUnit)?.Combine(unit, sign: -1);
    }

    private static Unit? Atom(string name)
    {
        if (Atoms.TryGetValue(name, out var atom)) return Scaled(1m, atom);
        for (var length = 1; length <= 2 && length < name.Length; length++)
        {
            if (Prefixes.TryGetValue(name[..length], out var prefix) && Atoms.TryGetValue(name[length..], out atom) && atom.Metric)
                return Scaled(prefix, atom);
        }

        return null;
    }

    private static Unit Scaled(decimal prefix, (decimal Factor, string Base, bool Metric) atom)
    {
        var powers = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var part in atom.Base.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = part.Length;
            while (end > 0 && !part.EndsWith(']') && (char.IsAsciiDigit(part[end - 1]) || part[end - 1] == '-')) end--;
            powers[part[..end]] = end == part.Length ? 1 : int.Parse(part[end..], CultureInfo.InvariantCulture);
        }

        return new Unit(prefix * atom.Factor, powers);
    }
}
