using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Json;

/// <summary>
/// Copies JSON token by token into one pooled buffer, leaving out whitespace. With a rewrite it follows the types along, so that a link is
/// told from a string that only looks like one (an Identifier's value stays as it is).
/// </summary>
internal sealed class BodyCopy(int capacity, LinkRewrite? rewrite) : IDisposable
{
    private const int StackChars = 512;

    private static readonly TypeDefinition Element = R4Definitions.Type("Element")
        ?? throw new InvalidOperationException("R4 has no Element");

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
    private int length;

    public byte[] ToArray() => buffer.AsSpan(0, length).ToArray();

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    /// <summary>Bytes that are JSON already.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        length += bytes.Length;
    }

    /// <summary>The inside of a string, escaped as JSON needs it.</summary>
    public void Text(string text) => Raw(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);

    /// <summary>A whole resource.</summary>
    public void Resource(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        Object(ref reader, ResourceTypeOf(reader));
    }

    /// <summary>One property with its raw name and raw value; a null type means that nothing inside is rewritten.</summary>
    public void Property(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, TypeDefinition? type)
    {
        Name(name);
        var reader = new Utf8JsonReader(value);
        reader.Read();
        Value(ref reader, At(type, name));
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        var room = Room(name.Length + 3);
        room[0] = (byte)'"';
        name.CopyTo(room[1..]);
        room[name.Length + 1] = (byte)'"';
        room[name.Length + 2] = (byte)':';
        length += name.Length + 3;
    }

    private void Value(ref Utf8JsonReader reader, Place place)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Object(ref reader, place.Type is { Kind: TypeKind.Resource } ? ResourceTypeOf(reader) : place.Type);
                break;
            case JsonTokenType.StartArray:
                Array(ref reader, place);
                break;
            case JsonTokenType.String when place.Link is { } kind && rewrite is not null:
                Link(ref reader, kind, rewrite);
                break;
            case JsonTokenType.String:
                Quoted(reader.ValueSpan);
                break;
            default:
                Raw(reader.ValueSpan);
                break;
        }
    }

    private void Object(ref Utf8JsonReader reader, TypeDefinition? type)
    {
        Raw("{"u8);
        for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndObject; first = false)
        {
            if (!first)
            {
                Raw(","u8);
            }

            var place = At(type, reader.ValueSpan);
            Name(reader.ValueSpan);
            reader.Read();
            Value(ref reader, place);
        }

        Raw("}"u8);
    }

    private void Array(ref Utf8JsonReader reader, Place place)
    {
        Raw("["u8);
        for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
        {
            if (!first)
            {
                Raw(","u8);
            }

            Value(ref reader, place);
        }

        Raw("]"u8);
    }

    private void Quoted(ReadOnlySpan<byte> text)
    {
        var room = Room(text.Length + 2);
        room[0] = (byte)'"';
        text.CopyTo(room[1..]);
        room[text.Length + 1] = (byte)'"';
        length += text.Length + 2;
    }

    private void Link(ref Utf8JsonReader reader, LinkKind kind, LinkRewrite change)
    {
        string? changed;
        if (kind == LinkKind.Narrative)
        {
            changed = NarrativeLinks.Rewrite(reader.GetString() ?? "", change);
        }
        else if (reader.ValueSpan.Length <= StackChars)
        {
            Span<char> link = stackalloc char[StackChars];
            changed = change(kind, link[..reader.CopyString(link)]);
        }
        else
        {
            changed = change(kind, reader.GetString());
        }

        if (changed is null)
        {
            Quoted(reader.ValueSpan);
            return;
        }

        Raw("\""u8);
        Text(changed);
        Raw("\""u8);
    }

    private static Place At(TypeDefinition? type, ReadOnlySpan<byte> name)
    {
        if (type is null)
        {
            return default;
        }

        if (type.Field(name) is not { } field)
        {
            // The _element beside a primitive: its id and extensions.
            return name.StartsWith("_"u8) ? new Place(Element, null) : default;
        }

        return new Place(field.Type.Definition, LinkOf(type, field));
    }

    private static LinkKind? LinkOf(TypeDefinition type, JsonField field) => field.Type.Definition.Primitive switch
    {
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Oid or PrimitiveKind.Uuid => LinkKind.Uri,
        PrimitiveKind.Xhtml => LinkKind.Narrative,
        PrimitiveKind.String when field.Name == "reference" && type.Name == "Reference" => LinkKind.Reference,
        _ => null,
    };

    // The reader is a copy: it looks ahead and the caller's stays where it is.
    private static TypeDefinition? ResourceTypeOf(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("resourceType"u8);
            reader.Read();
            if (found)
            {
                return R4Definitions.ResourceType(reader.ValueSpan);
            }

            reader.Skip();
        }

        return null;
    }

    private Span<byte> Room(int count)
    {
        if (buffer.Length - length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent((buffer.Length * 2) + count);
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return buffer.AsSpan(length);
    }

    private readonly record struct Place(TypeDefinition? Type, LinkKind? Link);
}
