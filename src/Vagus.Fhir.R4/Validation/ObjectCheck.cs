using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Validation;

/// <summary>Checks an object against a type: which properties it has and how often, and each value in turn.</summary>
internal sealed class ObjectCheck
{
    private static readonly TypeDefinition Extension = R4Definitions.Type("Extension")
        ?? throw new InvalidOperationException("R4 has no Extension");
    private static readonly TypeDefinition Reference = R4Definitions.Type("Reference")
        ?? throw new InvalidOperationException("R4 has no Reference");
    private static readonly ulong ExtensionValue = Extension.Element("value")!.Bit;
    private static readonly ulong ExtensionExtension = Extension.Element("extension")!.Bit;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");

    private readonly Findings findings;
    private readonly ResourceCheck resources;
    private readonly PrimitiveExtensionCheck primitiveExtensions;

    /// <summary>Bit of <c>id</c>, the first element of everything that is not a resource.</summary>
    private const ulong OnlyId = 1;

    public ObjectCheck(Findings findings, ResourceCheck resources)
    {
        (this.findings, this.resources) = (findings, resources);
        primitiveExtensions = new PrimitiveExtensionCheck(findings, this);
    }

    public void Check(JsonElement value, TypeDefinition type)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            findings.Add("structure", "Must be an object");
            return;
        }

        var isResource = type.Kind == TypeKind.Resource;
        var (seen, hasExtension) = Properties(value, type, isResource);
        if (findings.IsFull)
        {
            return;
        }

        if (hasExtension)
        {
            primitiveExtensions.Check(value, type);
        }

        if (!isResource && seen is 0 or OnlyId)
        {
            findings.Add("structure", "Must not be empty");
        }

        Missing(type, type.Required & ~seen);
        if (type == Extension && (seen & ExtensionValue) != 0 == ((seen & ExtensionExtension) != 0))
        {
            findings.Add("invariant", "An extension must have either a value or extensions");
        }
    }

    private (ulong Seen, bool HasExtension) Properties(JsonElement value, TypeDefinition type, bool isResource)
    {
        var (seen, hasExtension) = (0UL, false);
        foreach (var property in value.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            var isExtension = name is [(byte)'_', ..];
            var field = type.Field(isExtension ? name[1..] : name);
            if (field is null || (isExtension && field.Type.Definition.Kind != TypeKind.Primitive))
            {
                Unknown(property, type, isResource);
                continue;
            }

            var element = field.Element;
            if (element.IsChoice && (seen & element.Bit) != 0 && IsOtherType(value, field))
            {
                Report(element, "structure", "Must have one type only");
            }

            seen |= element.Bit;
            hasExtension |= isExtension;
            if (!isExtension)
            {
                Values(property.Value, field, value);
            }

            if (findings.IsFull)
            {
                break;
            }
        }

        return (seen, hasExtension);
    }

    private void Unknown(JsonProperty property, TypeDefinition type, bool isResource)
    {
        // As written: a name with escapes is legal JSON, but no element's, and whoever compares raw names must not be fooled.
        if (isResource && JsonMarshal.GetRawUtf8PropertyName(property).SequenceEqual("resourceType"u8))
        {
            return;
        }

        // A name that is not like an element's is not repeated: it might be data.
        var name = property.Name;
        var isPlain = name.Length <= 40 && !name.AsSpan().ContainsAnyExcept(NameCharacters);
        findings.Add("structure", isPlain ? $"{type.Name} has no element '{name}'" : $"{type.Name} has no such element");
    }

    // Seen before: by its own _element, which is fine, or as another type. The first of the types complains, so that it is said once.
    private static bool IsOtherType(JsonElement value, JsonField field)
    {
        foreach (var other in field.Element.Fields)
        {
            if (other != field && (value.TryGetProperty(other.Name, out _) || value.TryGetProperty("_" + other.Name, out _)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of a property: one, or an array where the element repeats.</summary>
    public void Values(JsonElement value, JsonField field, JsonElement owner)
    {
        findings.Enter(field.Element.Name);
        var isArray = value.ValueKind == JsonValueKind.Array;
        if (field.Element.Max == 0)
        {
            findings.Add("structure", "Must not be present");
        }
        else if (isArray != field.Element.IsArray)
        {
            findings.Add("structure", isArray ? "Must not be an array" : "Must be an array");
        }
        else if (isArray)
        {
            Items(value, field, owner);
        }
        else
        {
            One(value, field);
        }

        findings.Leave();
    }

    private void Items(JsonElement array, JsonField field, JsonElement owner)
    {
        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            findings.At(index);
            if (item.ValueKind != JsonValueKind.Null)
            {
                One(item, field);
            }
            else if (!PrimitiveExtensionCheck.WillPair(owner, field))
            {
                findings.Add("structure", "A null must stand beside an extension");
            }

            if (findings.IsFull)
            {
                return;
            }

            index++;
        }

        findings.At(-1);
        if (index == 0)
        {
            findings.Add("structure", "An array must not be empty");
        }
    }

    private void One(JsonElement value, JsonField field)
    {
        var (element, type) = (field.Element, field.Type.Definition);
        if (type.Kind == TypeKind.Primitive)
        {
            PrimitiveCheck.Check(value, type.Primitive, element.Codes, findings);
            return;
        }

        if (type.Kind == TypeKind.Resource)
        {
            resources.Inner(value, element);
            return;
        }

        var before = findings.Count;
        Check(value, type);
        if (findings.Count > before)
        {
            return;
        }

        if (type == Reference)
        {
            ReferenceCheck.Check(value, field.Type.Targets, resources, findings);
        }
        else if (element.Codes is { } codes)
        {
            ConceptCheck.Check(value, codes, findings);
        }
    }

    private void Missing(TypeDefinition type, ulong missing)
    {
        for (; missing != 0; missing &= missing - 1)
        {
            Report(type.Elements[BitOperations.TrailingZeroCount(missing)], "required", "Must be present");
        }
    }

    private void Report(ElementDefinition element, string code, string diagnostics)
    {
        findings.Enter(element.Name);
        findings.Add(code, diagnostics);
        findings.Leave();
    }
}
