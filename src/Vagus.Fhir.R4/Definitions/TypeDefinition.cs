using System.Text;

namespace Vagus.Fhir.R4.Definitions;

public enum TypeKind
{
    Primitive,
    Complex,

    /// <summary>An element's own structure, named by its path: <c>Patient.contact</c>.</summary>
    Backbone,
    Resource,
}

/// <summary>One R4 type with all its elements, inherited ones first. Immutable once the reader has linked it.</summary>
public sealed class TypeDefinition(string name, TypeKind kind, bool isAbstract)
{
    private const int LongestJsonName = 64;

    // Built at first use: a server meets few of the types. Two threads may both build one; either will do.
    private Utf8Map<JsonField>? fields;
    private Utf8Map<ElementDefinition>? elementsByName;

    public string Name { get; } = name;

    public TypeKind Kind { get; } = kind;

    public bool IsAbstract { get; } = isAbstract;

    public PrimitiveKind Primitive { get; } = kind == TypeKind.Primitive ? PrimitiveKinds.Parse(name) : PrimitiveKind.None;

    public TypeDefinition? Base { get; private set; }

    /// <summary>In the order of the specification; an element's <see cref="ElementDefinition.Ordinal"/> is its index here.</summary>
    public ElementDefinition[] Elements { get; private set; } = [];

    /// <summary>Bit n is set when element n must be there. No R4 type has more than 64 elements.</summary>
    public ulong Required { get; private set; }

    /// <summary>Whether the type is the named one or derives from it.</summary>
    public bool Is(string typeName)
    {
        for (var level = this; level is not null; level = level.Base)
        {
            if (level.Name == typeName)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The element of a JSON property: <c>valueQuantity</c> is element <c>value</c> with type Quantity.</summary>
    public JsonField? Field(ReadOnlySpan<byte> jsonName) => (fields ??= MapFields()).Find(jsonName);

    public JsonField? Field(string jsonName) => Find(fields ??= MapFields(), jsonName);

    /// <summary>The element by its name without <c>[x]</c>: <c>value</c>.</summary>
    public ElementDefinition? Element(string elementName) =>
        Find(elementsByName ??= new Utf8Map<ElementDefinition>(Elements.Select(element => (element.Name, element))), elementName);

    /// <summary>Called once by the reader, bases before what derives from them.</summary>
    public void Link(TypeDefinition? baseType, IReadOnlyList<ElementDefinition> own)
    {
        Base = baseType;
        var all = new List<ElementDefinition>(baseType?.Elements ?? []);
        foreach (var element in own)
        {
            var ordinal = all.FindIndex(existing => existing.Name == element.Name);
            element.Ordinal = ordinal < 0 ? all.Count : ordinal;
            if (ordinal < 0)
            {
                all.Add(element);
            }
            else
            {
                all[ordinal] = element;
            }
        }

        Elements = [.. all];
        foreach (var element in Elements)
        {
            Required |= element.Min > 0 ? element.Bit : 0;
        }
    }

    public override string ToString() => Name;

    private Utf8Map<JsonField> MapFields() => new(Elements.SelectMany(element => element.Fields).Select(field => (field.Name, field)));

    private static T? Find<T>(Utf8Map<T> map, string name)
        where T : class
    {
        Span<byte> utf8 = stackalloc byte[LongestJsonName];
        return Encoding.UTF8.TryGetBytes(name, utf8, out var length) ? map.Find(utf8[..length]) : null;
    }
}
