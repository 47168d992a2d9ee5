using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath.Parsing;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary>Questions about types: FHIR types have bases, System types stand alone.</summary>
internal static class Types
{
    /// <summary>An expression may start with the type of its focus or one of its bases.</summary>
    public static bool IsA(FhirPathValue item, string name) =>
        char.IsAsciiLetterUpper(name[0]) && R4Definitions.Type(item.Definition)?.Is(name) == true;

    public static void Check(TypeName type)
    {
        var known = type.Namespace switch
        {
            "System" => IsSystem(type.Name) || R4Definitions.Type(type.Name) is not null,
            "FHIR" => R4Definitions.Type(type.Name) is not null,
            _ => IsSystem(type.Name) || R4Definitions.Type(type.Name) is not null,
        };
        if (!known) throw new FhirPathException($"There is no type '{type.Name}'");
    }

    public static bool Matches(FhirPathValue item, TypeName type)
    {
        if (item.TypeName.StartsWith("System.", StringComparison.Ordinal))
        {
            return type.Namespace is not "FHIR" && item.TypeName.AsSpan(7).SequenceEqual(type.Name);
        }

        return type.Namespace is not "System"
            && R4Definitions.Type(item.Definition.Length > 0 ? item.Definition : item.TypeName)?.Is(type.Name) == true;
    }

    /// <summary>
    /// What <c>as</c> and <c>ofType</c> let through: the type or one derived from it; a primitive as no other primitive,
    /// as the types of a choice are told apart by exactly that (<c>value as string</c> is not a code).
    /// </summary>
    public static bool Casts(FhirPathValue item, TypeName type) =>
        Matches(item, type) && (item.TypeName == type.Name || R4Definitions.Type(type.Name)?.Kind is not TypeKind.Primitive);

    /// <summary>The type that an argument names, such as that of <c>ofType(FHIR.Patient)</c>.</summary>
    public static TypeName? Named(Node argument) => argument switch
    {
        Member { Source: null } member => new TypeName(Namespace: null, member.Name),
        Member { Source: Member { Source: null } space } member => new TypeName(space.Name, member.Name),
        _ => null,
    };

    private static bool IsSystem(string name) =>
        name is "Boolean" or "String" or "Integer" or "Decimal" or "Date" or "DateTime" or "Time" or "Quantity" or "Any";
}
