using System.Text.Json;

namespace Vagus.SocketIO.Packets;

/// <summary>
/// A packet's JSON array, checked once and cut into its elements without building objects. The JSON is a copy of the packet's
/// and outlives it.
/// </summary>
internal sealed class ParsedArguments
{
    private ParsedArguments(byte[] json, string name, Range[] ranges)
    {
        Json = json;
        Name = name;
        Ranges = ranges;
    }

    internal byte[] Json { get; }

    /// <summary>The event's name; empty for an acknowledgement.</summary>
    internal string Name { get; }

    internal Range[] Ranges { get; }

    /// <summary>
    /// Reads <c>["name", …]</c>; null if it is anything else, or holds a placeholder for an attachment that is not there.
    /// </summary>
    internal static ParsedArguments? OfEvent(ReadOnlySpan<byte> json, int attachments, SocketIOOptions limits) =>
        Parse(json, attachments, limits, hasName: true);

    /// <summary>Reads the array of an acknowledgement.</summary>
    internal static ParsedArguments? OfAck(ReadOnlySpan<byte> json, int attachments, SocketIOOptions limits) =>
        Parse(json, attachments, limits, hasName: false);

    private static ParsedArguments? Parse(ReadOnlySpan<byte> source, int attachments, SocketIOOptions limits, bool hasName)
    {
        var json = source.ToArray();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.Json.MaxDepth == 0 ? 64 : limits.Json.MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return null;

            var name = "";
            if (hasName && (!reader.Read() || ReadName(ref reader, limits) is not { } read || EventNames.IsReserved(name = read)))
                return null;

            var ranges = new List<Range>(4);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                if (!SkipElement(ref reader, attachments)) return null;

                ranges.Add(start..(int)reader.BytesConsumed);
            }
            // Reading on finds anything that follows the array, which is an error.
            return reader.Read() ? null : new ParsedArguments(json, name, [.. ranges]);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A name with half a surrogate pair.
            return null;
        }
    }

    /// <summary>A name is a string, or a number as the reference server has it.</summary>
    private static string? ReadName(ref Utf8JsonReader reader, SocketIOOptions limits)
    {
        if (reader.ValueSpan.Length > limits.MaxNameLength) return null;

        return reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Number => System.Text.Encoding.ASCII.GetString(reader.ValueSpan),
            _ => null,
        };
    }

    private static bool SkipElement(ref Utf8JsonReader reader, int attachments)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return true;
        if (attachments == 0)
        {
            reader.Skip();
            return true;
        }
        var depth = reader.CurrentDepth;
        var open = new Stack<Placeholder>();
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push(new Placeholder());
                    break;
                case JsonTokenType.PropertyName:
                    open.Peek().Read(ref reader);
                    break;
                case JsonTokenType.EndObject when !open.Pop().Fits(attachments):
                    return false;
            }
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            && reader.Read());
        return true;
    }

    /// <summary><c>{"_placeholder":true,"num":0}</c> stands for an attachment.</summary>
    private sealed class Placeholder
    {
        private bool _marked;
        private bool _numbered;
        private int _number;

        internal void Read(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("_placeholder"u8)) _marked = Peek(reader).TokenType == JsonTokenType.True;
            else if (reader.ValueTextEquals("num"u8) && Peek(reader) is { TokenType: JsonTokenType.Number } value)
                _numbered = value.TryGetInt32(out _number);
        }

        internal bool Fits(int attachments) => !_marked || (_numbered && _number >= 0 && _number < attachments);

        private static Utf8JsonReader Peek(Utf8JsonReader copy)
        {
            copy.Read();
            return copy;
        }
    }
}

internal static class EventNames
{
    /// <summary>Names that a client library uses for its own events.</summary>
    internal static bool IsReserved(string name) =>
        name is "connect" or "connect_error" or "disconnect" or "disconnecting" or "newListener" or "removeListener";
}
