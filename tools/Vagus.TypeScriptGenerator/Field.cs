using System.Text.Json.Serialization.Metadata;
using Vagus.Events;

namespace Vagus.TypeScriptGenerator;

/// <summary>One field of an event's JSON, read from the same metadata that writes it, so that it cannot tell another story.</summary>
public sealed record Field(string Name, Type Type, bool Nullable, bool IsList)
{
    /// <summary>The type of the field, or of the elements where it is a list.</summary>
    public bool IsRecord => Type.Assembly == typeof(EventData).Assembly;

    public static IReadOnlyList<Field> Of(JsonTypeInfo record) => [.. record.Properties.Select(Of)];

    /// <summary>The records that the events' fields are made of (<c>Coding</c>), by name.</summary>
    public static IReadOnlyList<JsonTypeInfo> NestedRecords() =>
    [
        .. EventCatalogue.All
            .SelectMany(type => Of(type.Json).Select(field => (Field: field, type.Json.Options)))
            .Where(nested => nested.Field.IsRecord)
            .DistinctBy(nested => nested.Field.Type)
            .OrderBy(nested => nested.Field.Type.Name, StringComparer.Ordinal)
            .Select(nested => nested.Options.GetTypeInfo(nested.Field.Type)),
    ];

    private static Field Of(JsonPropertyInfo property)
    {
        var bare = System.Nullable.GetUnderlyingType(property.PropertyType);
        var type = bare ?? property.PropertyType;
        var isList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
        var nullable = bare is not null || (!type.IsValueType && property.IsGetNullable);
        return new(property.Name, isList ? type.GetGenericArguments()[0] : type, nullable, isList);
    }
}
