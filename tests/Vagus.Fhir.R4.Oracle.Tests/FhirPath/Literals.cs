using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Oracle.Tests.FhirPath;

/// <summary>Random constants, many of them from the resource.</summary>
internal sealed class Literals(Random random, Vocabulary vocabulary)
{
    private static readonly string[] Texts = ["", "a", "abc", " b ", "1", "1.50", "-7", "true", "2024", "2024-02-29", "ÄÖ é", "x y", "\\'"];
    private static readonly string[] Numbers = ["0", "1", "2", "10", "(-3)", "1.0", "1.50", "0.1", "3.14159", "100", "120.25"];
    private static readonly string[] Moments =
    [
        "@2024", "@2024-02", "@2024-02-29", "@1980-01-31", "@2024-02-29T10:30:00Z", "@2024-02-29T10:30:00.500Z", "@2024-02-29T10:30:00+02:00",
        "@2019-12-31T23:59:59-05:00",
    ];

    private static readonly string[] Durations =
        ["1 year", "2 months", "3 weeks", "1 day", "36 hours", "90 minutes", "10 seconds", "1 'd'", "2 'h'", "1 'wk'"];

    private static readonly string[] Types = ["boolean", "decimal", "integer", "date", "dateTime", "Quantity", "HumanName", "Coding", "Period",
        "Patient", "Resource", "DomainResource", "Element", "BackboneElement", "System.Boolean", "System.String", "Integer", "Decimal"];

    public Expr Any() => random.Next(5) switch
    {
        0 => Boolean(),
        1 => Number(),
        2 => Moment(),
        3 => new Expr(Pick(Durations)),
        _ => Text(),
    };

    public Expr Boolean() => new(random.Next(2) == 0 ? "true" : "false");

    public Expr Integer() => new(Pick(["1", "2", "3", "7"]));

    public Expr Number() => new(Pick(Numbers));

    public Expr Moment() => new(Pick(Moments));

    public string Duration() => Pick(Durations);

    public Expr Text()
    {
        var texts = vocabulary.Texts;
        return texts.Count == 0 || random.Next(3) == 0
            ? new Expr($"'{Pick(Texts)}'")
            : new Expr($"'{Pick(texts).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'");
    }

    /// <summary>A constant of the kind that an element of the type has.</summary>
    public Expr Like(TypeDefinition? type) => type?.Primitive switch
    {
        PrimitiveKind.Boolean => Boolean(),
        { } kind when IsNumber(kind) => Number(),
        { } kind when IsMoment(kind) => Moment(),
        _ => Text(),
    };

    public static bool IsText(PrimitiveKind kind) =>
        kind is not (PrimitiveKind.None or PrimitiveKind.Boolean or PrimitiveKind.Time) && !IsNumber(kind) && !IsMoment(kind);

    public static bool IsNumber(PrimitiveKind kind) =>
        kind is PrimitiveKind.Decimal or PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt;

    public static bool IsMoment(PrimitiveKind kind) => kind is PrimitiveKind.Date or PrimitiveKind.DateTime or PrimitiveKind.Instant;

    /// <summary>The type itself as often as another; derived primitives are asked for by their own name only.</summary>
    public string TypeName(TypeDefinition? type) => type is { Kind: not TypeKind.Backbone } && random.Next(2) == 0
        ? type.Name
        : Pick(Types);

    private string Pick(string[] items) => items[random.Next(items.Length)];

    private string Pick(IReadOnlyList<string> items) => items[random.Next(items.Count)];
}
