using System.Text.Json;

namespace Vagus.Kernel;

/// <summary>
/// The fields of what a live client sent, read strictly: a field that is not known, or of another type, is refused by name.
/// </summary>
public sealed class RequestFields
{
    private const int MaxName = 128;

    // The largest integer that every JSON reader keeps exact.
    private const long MaxPosition = (1L << 53) - 1;
    private readonly JsonElement fields;

    private RequestFields(JsonElement fields) => this.fields = fields;

    public static Result<RequestFields> Read(JsonElement given, params ReadOnlySpan<string> known)
    {
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return new RequestFields(JsonElement.Parse("{}"));
        if (given.ValueKind != JsonValueKind.Object) return FieldRefusals.NotAnObject;

        foreach (var field in given.EnumerateObject())
        {
            if (!known.Contains(field.Name)) return FieldRefusals.UnknownField(field.Name);
        }

        return new RequestFields(given);
    }

    /// <summary>For an object that holds more than is asked for here: the credentials of a handshake.</summary>
    public static RequestFields Lenient(JsonElement given) => new(given);

    /// <summary>A text, which must be there.</summary>
    public Result<string> Text(string name, int atMost = MaxName)
    {
        if (!fields.TryGetProperty(name, out var value)) return FieldRefusals.Missing(name);
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            && text.Length <= atMost ? text : FieldRefusals.Wrong(name, "a text");
    }

    public bool Has(string name) => fields.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>It is there and says that there is none.</summary>
    public bool IsNull(string name) => fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>A text that may be absent: null then.</summary>
    public Result<string?> OptionalText(string name, int atMost = MaxName)
    {
        if (!Has(name)) return (string?)null;
        var text = Text(name, atMost);
        return text.Refusal is { } refusal ? refusal : text.Value;
    }

    /// <summary>A text that may be absent or empty.</summary>
    public Result<string> TextOrEmpty(string name, int atMost)
    {
        var isEmpty = !Has(name) || (fields.GetProperty(name) is { ValueKind: JsonValueKind.String } text && text.GetString() is "");
        return isEmpty ? "" : Text(name, atMost);
    }

    /// <summary>An instant with its offset (ISO 8601), which must be there.</summary>
    public Result<DateTimeOffset> Instant(string name)
    {
        var text = Text(name);
        if (text.Refusal is { } refusal) return refusal;
        return Instants.Parse(text.Value) is { } at ? at : FieldRefusals.Wrong(name, "an instant such as 2026-11-26T09:00:00Z");
    }

    /// <summary>The same, or null where there is none.</summary>
    public Result<DateTimeOffset?> OptionalInstant(string name)
    {
        if (!Has(name)) return (DateTimeOffset?)null;
        var instant = Instant(name);
        return instant.Refusal is { } refusal ? refusal : instant.Value;
    }

    /// <summary>True or false, or null where there is none.</summary>
    public Result<bool?> Flag(string name)
    {
        if (!Has(name)) return (bool?)null;
        return fields.GetProperty(name).ValueKind switch
        {
            JsonValueKind.True => (bool?)true,
            JsonValueKind.False => (bool?)false,
            _ => FieldRefusals.Wrong(name, "true or false"),
        };
    }

    /// <summary>A position in the log, or null where there is none.</summary>
    public Result<long?> Position(string name)
    {
        if (!Has(name)) return (long?)null;
        return fields.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var position)
            && position is >= 0 and <= MaxPosition
            ? (long?)position
            : FieldRefusals.Wrong(name, "a position in the log");
    }

    /// <summary>A list of texts, or null where there is none.</summary>
    public Result<string[]?> Texts(string name, int atMost)
    {
        if (!Has(name)) return (string[]?)null;

        var value = fields.GetProperty(name);
        if (value.ValueKind != JsonValueKind.Array) return FieldRefusals.Wrong(name, "a list of texts");
        if (value.GetArrayLength() > atMost) return FieldRefusals.TooMany(name, atMost);

        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || item.GetString() is not { Length: > 0 and <= MaxName } text)
                return FieldRefusals.Wrong(name, "a list of texts");
            texts.Add(text);
        }

        return texts.ToArray();
    }
}
