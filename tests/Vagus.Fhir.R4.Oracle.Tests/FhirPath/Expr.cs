using System.Globalization;

namespace Vagus.Fhir.R4.Oracle.Tests.FhirPath;

/// <summary>An expression as a tree: a shape such as <c>{0}.where({1})</c> and what stands in its places.</summary>
internal sealed record Expr(string Shape, params Expr[] Parts)
{
    private static readonly string[] Smallest = ["{}", "true", "1", "'a'", "$this"];

    /// <summary>Simpler expressions, the greatest steps first: a part for the whole, then each part by something simpler.</summary>
    public IEnumerable<Expr> Simpler()
    {
        foreach (var part in Parts) yield return part;
        if (Parts.Length > 0)
        {
            foreach (var leaf in Smallest) yield return new Expr(leaf);
        }

        for (var i = 0; i < Parts.Length; i++)
        {
            foreach (var simpler in Parts[i].Simpler())
            {
                var parts = (Expr[])Parts.Clone();
                parts[i] = simpler;
                yield return new Expr(Shape, parts);
            }
        }
    }

    /// <summary>The smallest expression on the way down for which <paramref name="fails"/> still holds.</summary>
    public Expr Shrink(Func<string, bool> fails)
    {
        var (best, tries) = (this, 0);
        bool IsNext(Expr simpler) => tries++ < 2_000 && simpler.Size < best.Size && fails(simpler.ToString());
        while (best.Simpler().FirstOrDefault(IsNext) is { } next) best = next;
        return best;
    }

    // The empty collection is the simplest of all.
    private int Size => Shape == "{}" ? 1 : 2 + Shape.Length + Parts.Sum(part => part.Size);

    // What stands in the places holds no places itself any more.
    public override string ToString() => Parts.Index().Aggregate(Shape, (text, part) => text.Replace(
        $"{{{part.Index.ToString(CultureInfo.InvariantCulture)}}}", part.Item.ToString(), StringComparison.Ordinal));
}
