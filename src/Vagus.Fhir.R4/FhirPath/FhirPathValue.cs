using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.R4.FhirPath.Evaluation;
using Vagus.Fhir.R4.FhirPath.Values;

namespace Vagus.Fhir.R4.FhirPath;

/// <summary>One item of a result: an element of the resource, or a value that the expression computed.</summary>
public sealed class FhirPathValue
{
    private object? computed;
    private bool read;

    private FhirPathValue(string typeName, JsonElement? element, object? computed)
    {
        TypeName = typeName;
        Element = element;
        this.computed = computed;
        read = element is null;
    }

    /// <summary>
    /// A FHIR type (<c>Patient</c>, <c>HumanName</c>, <c>code</c>) or a computed one (<c>System.String</c>). Elements that define their
    /// own children are <c>BackboneElement</c>.
    /// </summary>
    public string TypeName { get; }

    /// <summary>The element's JSON; null for a computed value and for a primitive that has only extensions.</summary>
    public JsonElement? Element { get; }

    /// <summary>The JSON of a primitive's <c>id</c> and <c>extension</c>: the <c>_x</c> beside its <c>x</c>.</summary>
    public JsonElement? Extensions { get; private init; }

    /// <summary>A primitive as text (dates in ISO form, quantities as number and unit); null for everything else.</summary>
    public string? Text => Simple switch
    {
        null => null,
        bool value => value ? "true" : "false",
        IFormattable value => value.ToString(format: null, CultureInfo.InvariantCulture),
        var value => value.ToString(),
    };

    /// <summary>The value where it is a boolean.</summary>
    public bool? Boolean => Simple as bool?;

    /// <summary>Where the definitions know the children of this element: a type name, or a path such as <c>Patient.contact</c>.</summary>
    internal string Definition { get; private init; } = "";

    internal bool IsSystem => Element is null && Extensions is null && computed is not null;

    /// <summary>
    /// bool, int, decimal, string, <see cref="Moment"/>, <see cref="Quantity"/> or <see cref="TypeName"/>; null for an object.
    /// </summary>
    internal object? Simple
    {
        get
        {
            if (read) return computed;
            computed = Primitives.Read(TypeName, Element);
            read = true;
            return computed;
        }
    }

    /// <summary>The value as a quantity, also where it is a FHIR Quantity.</summary>
    internal Quantity? Quantity =>
        Simple as Quantity ?? (Element is { ValueKind: JsonValueKind.Object } element ? Primitives.ReadQuantity(TypeName, element) : null);

    internal static FhirPathValue Of(bool value) => new("System.Boolean", null, value);

    internal static FhirPathValue Of(int value) => new("System.Integer", null, value);

    internal static FhirPathValue Of(decimal value) => new("System.Decimal", null, value);

    internal static FhirPathValue Of(string value) => new("System.String", null, value);

    internal static FhirPathValue Of(Moment value) => new($"System.{value.Kind}", null, value);

    internal static FhirPathValue Of(Quantity value) => new("System.Quantity", null, value);

    internal static FhirPathValue Of(Parsing.TypeName value) => new("System.TypeInfo", null, value);

    internal static FhirPathValue Of(JsonElement? element, string typeName, string definition, JsonElement? extensions = null) =>
        new(typeName, element, computed: null) { Definition = definition, Extensions = extensions };

    /// <summary>A resource that is known by its type only.</summary>
    internal static FhirPathValue StandIn(string resourceType) => new(resourceType, null, null) { Definition = resourceType };

    public override string ToString() => Text ?? TypeName;
}
