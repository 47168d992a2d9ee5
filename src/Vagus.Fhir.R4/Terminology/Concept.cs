using System.Text.Json;

namespace Vagus.Fhir.R4.Terminology;

/// <summary>One concept of a code system.</summary>
public sealed record Concept(string Code, string? Display)
{
    /// <summary>The codes of which this one is a kind, as far as the code system says so.</summary>
    public IReadOnlyList<string> Parents { get; init; } = [];

    public string? Definition { get; init; }

    public IReadOnlyList<Designation> Designations { get; init; } = [];

    public IReadOnlyList<ConceptProperty> Properties { get; init; } = [];

    /// <summary>It groups others and is not to be chosen (property <c>notSelectable</c>).</summary>
    public bool IsAbstract => Has("notSelectable", "true");

    /// <summary>It is not to be used any more (property <c>inactive</c>, or a <c>status</c> that says so).</summary>
    public bool IsInactive => Has("inactive", "true") || Has("status", "retired") || Has("status", "inactive");

    private bool Has(string property, string value) => Properties.Any(each => each.Code == property && each.Text == value);
}

/// <summary>Another name of a concept.</summary>
/// <param name="Language">BCP 47, or null.</param>
/// <param name="Value">The name.</param>
/// <param name="Use">A Coding as it is written; undefined where there is none.</param>
public sealed record Designation(string? Language, string Value, JsonElement Use);

/// <summary>What a code system says of a concept beside its names.</summary>
/// <param name="Code">The property's.</param>
/// <param name="Name">The name of the element that has the value: <c>valueCode</c>.</param>
/// <param name="Text">The value as text, for comparing; of a Coding its code.</param>
/// <param name="Value">The value as it is written.</param>
public sealed record ConceptProperty(string Code, string Name, string Text, JsonElement Value);
