using System.Collections.Frozen;
using System.Text.Json;

namespace Vagus.Events;

/// <summary>Every event there is, and its way to and from JSON. The rows are in <c>EventCatalogue.Rows.cs</c>.</summary>
public static partial class EventCatalogue
{
    /// <summary>In the order of the documentation.</summary>
    public static IReadOnlyList<EventType> All { get; } = Rows();

    /// <summary>By wire name.</summary>
    public static FrozenDictionary<string, EventType> ByType { get; } = All.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    public static FrozenDictionary<Type, EventType> ByDataType { get; } = All.ToFrozenDictionary(type => type.DataType);

    /// <summary>By Socket.IO event name; <c>resource.*</c> has none.</summary>
    public static FrozenDictionary<string, EventType> BySocketName { get; } =
        All.Where(type => type.SocketName is not null).ToFrozenDictionary(type => type.SocketName!, StringComparer.Ordinal);

    public static EventType Of(EventData data) => ByDataType[data.GetType()];

    /// <summary>The row with this wire name, or null when there is no such event.</summary>
    public static EventType? Find(string name) => ByType.GetValueOrDefault(name);

    /// <summary>The event's <c>data</c> as UTF-8 JSON, camelCase, all fields present.</summary>
    public static byte[] Serialize(EventData data) => JsonSerializer.SerializeToUtf8Bytes(data, Of(data).Json);

    /// <summary>For what we wrote ourselves. Data of another shape or an unknown type is a bug and throws.</summary>
    public static EventData Deserialize(string type, ReadOnlySpan<byte> json) =>
        (EventData?)JsonSerializer.Deserialize(json, ByType[type].Json) ?? throw new JsonException("Event data is null.");

    /// <summary>For what others wrote: null when the type is unknown or the data lacks a field that its type requires.</summary>
    public static EventData? TryDeserialize(string type, ReadOnlySpan<byte> json)
    {
        if (Find(type) is not { } known) return null;
        try
        {
            return (EventData?)JsonSerializer.Deserialize(json, known.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// By which field data is not what its type asks for, as a path such as <c>vitals[0].value</c>: the first that is missing, else the
    /// first of another form. Null where the type is unknown, where the data is no object, and where nothing is wrong.
    /// </summary>
    public static string? WrongField(string type, ReadOnlySpan<byte> json)
    {
        if (Find(type) is not { } known) return null;
        try
        {
            var reader = new Utf8JsonReader(json);
            var data = JsonElement.ParseValue(ref reader);
            if (data.ValueKind != JsonValueKind.Object) return null;
            var missing = known.Json.Properties.FirstOrDefault(
                field => field.AssociatedParameter is { HasDefaultValue: false } && !data.TryGetProperty(field.Name, out _));
            if (missing is not null) return missing.Name;
            data.Deserialize(known.Json);
            return null;
        }
        catch (JsonException wrong)
        {
            return wrong.Path is ['$', '.', .. var field] ? field : null;
        }
    }
}
