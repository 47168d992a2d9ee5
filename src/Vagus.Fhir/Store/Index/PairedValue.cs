using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// What stands beside the code of a composite's tuple, as three columns: a form, which tells how the other two are read, and those. An
/// amount has a row for each way in which a request may name its unit.
/// </summary>
internal static class PairedValue
{
    private const string Token = "token";
    private const string Reference = "reference";
    private const string Positions = "positions";
    private const string Amount = "amount";
    private const string Separator = "\u001F";

    /// <param name="parts">The values of one tuple.</param>
    /// <param name="code">The parameter of its code.</param>
    public static IEnumerable<(string Form, string Low, string High)> Of(IndexedValues parts, int code)
    {
        foreach (var token in parts.Tokens)
            if (token.Parameter != code) yield return (Token, IndexKey.OfPart(token.Code), IndexKey.OfPart(token.System ?? ""));
        foreach (var target in parts.References)
            yield return (Reference, IndexKey.OfPart(target.Id ?? target.Url ?? ""), target.Type ?? "");
        foreach (var quantity in parts.Quantities)
            foreach (var form in FormsOf(quantity)) yield return form;
        if (parts.Numbers is [{ Low: { } start }, { Low: { } end }])
            yield return (Positions, DecimalKey.Of(start), DecimalKey.Of(end));
    }

    /// <summary>The condition of the parts of a request beside the code on a row <c>x</c>.</summary>
    public static string Condition(SqlText text, IReadOnlyList<ComponentTerm> parts) => parts switch
    {
        [{ Term: TokenTerm token }] => OfToken(text, token),
        [{ Term: ReferenceTerm target }] => OfReference(text, target),
        [{ Term: QuantityTerm quantity }] => OfQuantity(text, quantity),
        [{ Term: NumberTerm start }, { Term: NumberTerm end }] =>
            $"x.form = '{Positions}' and {OfPoint(text, start, "x.low")} and {OfPoint(text, end, "x.high")}",
        _ => throw new ArgumentOutOfRangeException(nameof(parts)),
    };

    private static IEnumerable<(string Form, string Low, string High)> FormsOf(QuantityValue quantity)
    {
        var (low, high) = AmountIndex.Ends(quantity.Low, quantity.High);
        if (QuantityIndex.Canonical(quantity) is var (measure, lowest, highest)) yield return (Measured(measure), lowest, highest);
        yield return (Amount, low, high);
        if (quantity.System is { } system) yield return (OfSystem(system, ""), low, high);
        if (quantity.System is { } known && quantity.Code is { } symbol) yield return (OfSystem(known, symbol), low, high);
        foreach (var unit in new[] { quantity.Code, quantity.Unit }.OfType<string>().Distinct(StringComparer.Ordinal))
            yield return (OfUnit(unit), low, high);
    }

    private static string OfToken(SqlText text, TokenTerm token)
    {
        var condition = $"x.form = '{Token}'";
        if (token.Code is not null) condition += $" and x.low = {text.Value(IndexKey.OfPart(token.Code))}";
        return token.AnySystem ? condition : $"{condition} and x.high = {text.Value(IndexKey.OfPart(token.System ?? ""))}";
    }

    private static string OfReference(SqlText text, ReferenceTerm target)
    {
        var condition = $"x.form = '{Reference}' and x.low = {text.Value(IndexKey.OfPart(target.Url ?? target.Id ?? ""))}";
        return target is { Url: null, Type: { } type } ? $"{condition} and x.high = {text.Value(type)}" : condition;
    }

    private static string OfQuantity(SqlText text, QuantityTerm quantity)
    {
        var (form, number) = quantity switch
        {
            { Canonical: { } canonical } => (Measured(QuantityIndex.MeasureOf(canonical.Measure)), canonical.Number),
            { System: { } system } => (OfSystem(system, quantity.Code ?? ""), quantity.Number),
            { Code: { } unit } => (OfUnit(unit), quantity.Number),
            _ => (Amount, quantity.Number),
        };
        return $"x.form = {text.Value(form)} and {AmountIndex.OfRange(text, number)}";
    }

    /// <summary>A position is a whole number and stands for itself.</summary>
    private static string OfPoint(SqlText text, NumberTerm number, string column)
    {
        string Low() => text.Value(DecimalKey.Of(number.Low));
        string High() => text.Value(DecimalKey.Of(number.High));
        return number.Test switch
        {
            NumberTest.Equal => $"{column} >= {Low()} and {column} < {High()}",
            NumberTest.NotEqual => $"({column} < {Low()} or {column} >= {High()})",
            NumberTest.Greater or NumberTest.StartsAfter => $"{column} > {High()}",
            NumberTest.GreaterOrEqual => $"{column} >= {High()}",
            NumberTest.Less or NumberTest.EndsBefore => $"{column} < {Low()}",
            NumberTest.LessOrEqual => $"{column} <= {Low()}",
            _ => $"{column} >= {Low()} and {column} <= {High()}",
        };
    }

    private static string Measured(string measure) => IndexKey.OfPart($"{Amount}{Separator}{measure}");

    private static string OfSystem(string system, string code) => IndexKey.OfPart($"{Amount}{Separator}{system}{Separator}{code}");

    private static string OfUnit(string unit) => IndexKey.OfPart($"{Amount}{Separator}{Separator}{unit}");
}
