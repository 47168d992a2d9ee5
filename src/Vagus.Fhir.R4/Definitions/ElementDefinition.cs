namespace Vagus.Fhir.R4.Definitions;

/// <summary>One element of a type.</summary>
public sealed class ElementDefinition
{
    public ElementDefinition(string path, string name, bool isChoice, ElementType[] types)
    {
        (Path, Name, IsChoice, Types) = (path, name, isChoice, types);
        Fields = isChoice
            ? Array.ConvertAll(
                types, type => new JsonField($"{name}{char.ToUpperInvariant(type.Name[0])}{type.Name.AsSpan(1)}", this, type))
            : [new JsonField(name, this, types[0])];
    }

    /// <summary>Where it is defined: <c>Patient.contact.name</c>.</summary>
    public string Path { get; }

    /// <summary>Without <c>[x]</c>.</summary>
    public string Name { get; }

    public bool IsChoice { get; }

    /// <summary>More than one only in a choice.</summary>
    public ElementType[] Types { get; }

    /// <summary>The JSON properties it can appear as: one, or one for each type of a choice.</summary>
    public JsonField[] Fields { get; }

    public required int Min { get; init; }

    /// <summary><see cref="int.MaxValue"/> stands for <c>*</c>, 0 for an element that the type forbids.</summary>
    public required int Max { get; init; }

    public required bool IsModifier { get; init; }

    public required bool IsSummary { get; init; }

    /// <summary>The codes of a required binding, where the definitions list them.</summary>
    public required CodeSet? Codes { get; init; }

    /// <summary>Its place in <see cref="TypeDefinition.Elements"/>, the same in every derived type.</summary>
    public int Ordinal { get; internal set; }

    public bool IsArray => Max > 1;

    public ulong Bit => 1UL << Ordinal;

    public override string ToString() => Path;
}

/// <summary>A type that an element may have, with the resource types its references may point at.</summary>
public sealed class ElementType(string name, string[] targets, Func<string, TypeDefinition> find)
{
    private TypeDefinition? definition;

    public string Name { get; } = name;

    /// <summary>Empty when any resource will do.</summary>
    public string[] Targets { get; } = targets;

    // Found at first use: types refer to each other in circles.
    public TypeDefinition Definition => definition ??= find(Name);

    public override string ToString() => Name;
}

/// <summary>A JSON property and what it is: <c>valueQuantity</c> is element <c>value</c> with type Quantity.</summary>
public sealed class JsonField(string name, ElementDefinition element, ElementType type)
{
    public string Name { get; } = name;

    public ElementDefinition Element { get; } = element;

    public ElementType Type { get; } = type;

    public override string ToString() => Name;
}
