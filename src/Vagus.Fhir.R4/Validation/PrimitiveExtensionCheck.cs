using System.Runtime.InteropServices;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Validation;

/// <summary>
/// Checks the second half of primitives: <c>given</c> holds values, <c>_given</c> their ids and extensions, and in arrays a null keeps the
/// other half's place. Where both halves are there, they are equally long (R4 §2.6.2.3: nulls fill out both arrays).
/// </summary>
internal sealed class PrimitiveExtensionCheck(Findings findings, ObjectCheck objects)
{
    private static readonly TypeDefinition Element = R4Definitions.Type("Element")
        ?? throw new InvalidOperationException("R4 has no Element");
    private static readonly JsonField Id = Element.Field("id") ?? throw new InvalidOperationException("R4's Element has no id");

    /// <summary>Whether a null in the values is looked at here, because there is another half.</summary>
    public static bool WillPair(JsonElement owner, JsonField field) =>
        field.Type.Definition.Kind == TypeKind.Primitive && owner.TryGetProperty("_" + field.Name, out var extension)
            && extension.ValueKind == JsonValueKind.Array;

    /// <summary>All properties of the owner that start with an underscore; unknown ones have been reported.</summary>
    public void Check(JsonElement owner, TypeDefinition type)
    {
        foreach (var property in owner.EnumerateObject())
        {
            if (JsonMarshal.GetRawUtf8PropertyName(property) is [(byte)'_', .. var name] && type.Field(name) is { } field
                && field.Type.Definition.Kind == TypeKind.Primitive && !findings.IsFull)
            {
                findings.Enter(field.Element.Name);
                Primitive(property.Value, owner, field);
                findings.Leave();
            }
        }
    }

    private void Primitive(JsonElement extension, JsonElement owner, JsonField field)
    {
        if ((extension.ValueKind == JsonValueKind.Array) != field.Element.IsArray)
        {
            findings.Add(
                "structure", field.Element.IsArray ? "The extensions of an array must be an array" : "The extensions must be an object");
            return;
        }

        var hasValue = owner.TryGetProperty(field.Name, out var value);
        if (!field.Element.IsArray)
        {
            Extensions(extension, hasValue);
        }
        else if (extension.GetArrayLength() == 0)
        {
            findings.Add("structure", "An array must not be empty");
        }
        else if (!hasValue || value.ValueKind == JsonValueKind.Array)
        {
            Pairs(extension.EnumerateArray(), hasValue ? value.EnumerateArray() : default);
        }
    }

    // Side by side, because an index into a JSON array costs a walk.
    private void Pairs(JsonElement.ArrayEnumerator extensions, JsonElement.ArrayEnumerator values)
    {
        var (hasExtension, hasValue) = (extensions.MoveNext(), values.MoveNext());
        var areTwo = hasValue;
        for (var index = 0; (hasExtension || hasValue) && !findings.IsFull; index++)
        {
            findings.At(index);
            if (areTwo && hasExtension != hasValue)
            {
                findings.Add("structure", "Values and extensions must be equally many, with null in the place of what is not there");
                break;
            }

            var isValue = hasValue && values.Current.ValueKind != JsonValueKind.Null;
            if (hasExtension && extensions.Current.ValueKind != JsonValueKind.Null)
            {
                Extensions(extensions.Current, isValue);
            }
            else if (!isValue)
            {
                findings.Add("structure", "Must have a value or an extension");
            }

            (hasExtension, hasValue) = (extensions.MoveNext(), values.MoveNext());
        }

        findings.At(-1);
    }

    private void Extensions(JsonElement extension, bool hasValue)
    {
        // An element must have more than an id, but the value is in the other half.
        if (hasValue && extension.ValueKind == JsonValueKind.Object && extension.GetPropertyCount() == 1
            && extension.TryGetProperty("id"u8, out var id))
        {
            objects.Values(id, Id, extension);
            return;
        }

        objects.Check(extension, Element);
    }
}
