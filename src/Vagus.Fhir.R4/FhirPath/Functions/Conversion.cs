using System.Globalization;
using Vagus.Fhir.R4.FhirPath.Values;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>FHIRPath N1 §5.5: <c>toX()</c> and <c>convertsToX()</c>.</summary>
internal static class Conversion
{
    private static readonly (string Name, Func<FhirPathValue, FhirPathValue?> Convert)[] Targets =
    [
        ("Boolean", ToBoolean), ("Integer", ToInteger), ("Decimal", ToDecimal), ("String", ToText), ("Quantity", ToQuantity),
        ("Date", item => ToMoment(item, MomentKind.Date)),
        ("DateTime", item => ToMoment(item, MomentKind.DateTime)),
        ("Time", item => ToMoment(item, MomentKind.Time)),
    ];

    public static IEnumerable<(string Name, Function Function)> All => Targets.SelectMany(target => new[]
    {
        ($"to{target.Name}", new Function(0, 1, call => Converted(call, target.Convert) is { } value ? [value] : [])),
        ($"convertsTo{target.Name}", new Function(0, 1, call => Converts(call, target.Convert))),
    });

    private static FhirPathValue? Converted(Invocation call, Func<FhirPathValue, FhirPathValue?> convert)
    {
        if (call.Item is not { } item || convert(item) is not { } value) return null;
        if (call.Count == 0 || value.Simple is not Quantity quantity || call.Text(0) is not { } unit) return value;
        return quantity.In(unit) is { } amount ? FhirPathValue.Of(new Quantity(amount, unit)) : null;
    }

    private static Collection Converts(Invocation call, Func<FhirPathValue, FhirPathValue?> convert) =>
        call.Item is null ? [] : [FhirPathValue.Of(Converted(call, convert) is not null)];

    private static FhirPathValue? ToBoolean(FhirPathValue item) => item.Simple switch
    {
        bool value => FhirPathValue.Of(value),
        int or decimal =>
            Evaluation.Comparison.Number(item.Simple) switch { 1m => FhirPathValue.Of(true), 0m => FhirPathValue.Of(false), _ => null },
        string text => text.ToLowerInvariant() switch
        {
            "true" or "t" or "yes" or "y" or "1" or "1.0" => FhirPathValue.Of(true),
            "false" or "f" or "no" or "n" or "0" or "0.0" => FhirPathValue.Of(false),
            _ => null,
        },
        _ => null,
    };

    private static FhirPathValue? ToInteger(FhirPathValue item) => item.Simple switch
    {
        int value => FhirPathValue.Of(value),
        bool value => FhirPathValue.Of(value ? 1 : 0),
        string text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) =>
            FhirPathValue.Of(value),
        _ => null,
    };

    private static FhirPathValue? ToDecimal(FhirPathValue item) => item.Simple switch
    {
        int value => FhirPathValue.Of((decimal)value),
        decimal value => FhirPathValue.Of(value),
        bool value => FhirPathValue.Of(value ? 1m : 0m),
        string text when DecimalText.Parse(text) is { } value => FhirPathValue.Of(value),
        _ => null,
    };

    private static FhirPathValue? ToText(FhirPathValue item) =>
        item.Simple is Parsing.TypeName ? null : (item.Text ?? item.Quantity?.ToString()) is { } text ? FhirPathValue.Of(text) : null;

    private static FhirPathValue? ToQuantity(FhirPathValue item) => item.Simple switch
    {
        bool value => FhirPathValue.Of(new Quantity(value ? 1m : 0m, Quantity.NoUnit)),
        int or decimal => FhirPathValue.Of(new Quantity(Evaluation.Comparison.Number(item.Simple) ?? 0, Quantity.NoUnit)),
        string text => Quantity.Parse(text) is { } quantity ? FhirPathValue.Of(quantity) : null,
        _ => item.Quantity is { } quantity ? FhirPathValue.Of(quantity) : null,
    };

    private static FhirPathValue? ToMoment(FhirPathValue item, MomentKind kind)
    {
        var moment = item.Simple switch
        {
            Moment same when same.Kind == kind => same,
            Moment { Kind: MomentKind.Date } date when kind is MomentKind.DateTime => date with { Kind = kind },
            Moment { Kind: MomentKind.DateTime } time when kind is MomentKind.Date =>
                new Moment(kind, time.Local.Date, time.Precision > Precision.Day ? Precision.Day : time.Precision, 0, null),
            string text => Moment.Parse(text, kind),
            _ => null,
        };
        return moment is null ? null : FhirPathValue.Of(moment);
    }
}
