using System.Text.Json;
using Vagus.Fhir.Definitions;

namespace Vagus.Fhir.Validation;

/// <summary>The two halves of a primitive in JSON: <c>given</c> holds values, <c>_given</c> ids and extensions; in arrays a null keeps the other half's place.</summary>
internal static class PrimitiveTwins
{
    /// <summary>Whether the extension half has something at the index of a null value.</summary>
    public static bool Has(JsonElement owner, JsonField field, int index) =>
        field.Type.Definition.Kind == TypeKind.Primitive && IsThere(owner, "_" + field.Name, index);

    /// <summary>Whether the value half has something at the index.</summary>
    public static bool HasValue(JsonElement owner, JsonField field, int index) => IsThere(owner, field.Name, index);

    private static bool IsThere(JsonElement owner, string name, int index) =>
        owner.TryGetProperty(name, out var half) && half.ValueKind == JsonValueKind.Array && index < half.GetArrayLength()
        && half[index].ValueKind != JsonValueKind.Null;
}
