using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Vagus.SocketIO.Packets;

/// <summary>
/// Binary parts of payloads: a <c>byte[]</c> anywhere in an argument travels as an attachment, with a placeholder in the JSON.
/// The serializer calls back on the thread that called it, which is how the converter finds the packet's attachments.
/// </summary>
internal sealed class Attached : JsonConverter<byte[]>
{
    [ThreadStatic]
    private static List<byte[]>? s_writing;

    [ThreadStatic]
    private static byte[][]? s_reading;

    /// <summary>The application's options with binary support added.</summary>
    internal static JsonSerializerOptions Extend(JsonSerializerOptions options)
    {
        if (options.Converters.Any(converter => converter is Attached)) return options;

        var extended = new JsonSerializerOptions(options);
        extended.Converters.Insert(0, new Attached());
        extended.TypeInfoResolver ??= new DefaultJsonTypeInfoResolver();
        extended.MakeReadOnly();
        return extended;
    }

    internal static T? Read<T>(ReadOnlySpan<byte> json, byte[][] attachments, JsonSerializerOptions options)
    {
        s_reading = attachments;
        try
        {
            return JsonSerializer.Deserialize<T>(json, options);
        }
        finally
        {
            s_reading = null;
        }
    }

    internal static void Write(Utf8JsonWriter json, object? value, JsonSerializerOptions options, List<byte[]> attachments)
    {
        s_writing = attachments;
        try
        {
            JsonSerializer.Serialize(json, value, value?.GetType() ?? typeof(object), options);
        }
        finally
        {
            s_writing = null;
        }
    }

    public override byte[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetBytesFromBase64();

        var placeholder = JsonElement.ParseValue(ref reader);
        return placeholder.ValueKind == JsonValueKind.Object
            && placeholder.TryGetProperty("num"u8, out var number)
            && number.ValueKind == JsonValueKind.Number
            && number.TryGetInt32(out var index)
            && s_reading is { } attachments
            && index >= 0 && index < attachments.Length
            ? attachments[index]
            : throw new JsonException("Not an attachment.");
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options)
    {
        if (s_writing is not { } attachments)
        {
            writer.WriteBase64StringValue(value);
            return;
        }
        writer.WriteStartObject();
        writer.WriteBoolean("_placeholder"u8, true);
        writer.WriteNumber("num"u8, attachments.Count);
        writer.WriteEndObject();
        attachments.Add(value);
    }
}
