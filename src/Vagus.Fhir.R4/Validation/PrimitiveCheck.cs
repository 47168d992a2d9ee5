using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Validation;

/// <summary>Checks one primitive value: its JSON token, its text, and its code where the binding is required.</summary>
internal static class PrimitiveCheck
{
    /// <summary>
    /// R4: strings shall not exceed 1 MB, counted in characters. It holds for codes and addresses here, too; base64 has no limit of its
    /// own.
    /// </summary>
    public const int LongestString = 1024 * 1024;

    private const string TooLong = "Is longer than 1 MB";

    public static void Check(JsonElement value, PrimitiveKind kind, CodeSet? codes, Findings findings)
    {
        switch (kind)
        {
            case PrimitiveKind.Boolean:
                Token(value.ValueKind is JsonValueKind.True or JsonValueKind.False, "true or false", findings);
                break;
            case PrimitiveKind.Decimal:
                Token(value.ValueKind == JsonValueKind.Number, "a number", findings);
                break;
            case PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt:
                Integer(value, kind, findings);
                break;
            default:
                Text(value, kind, codes, findings);
                break;
        }
    }

    private static void Token(bool isRight, string expected, Findings findings)
    {
        if (!isRight)
        {
            findings.Add("structure", $"Must be {expected}");
        }
    }

    private static void Integer(JsonElement value, PrimitiveKind kind, Findings findings)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            findings.Add("structure", "Must be a number");
            return;
        }

        var least = kind switch { PrimitiveKind.PositiveInt => 1, PrimitiveKind.UnsignedInt => 0, _ => int.MinValue };
        var text = JsonMarshal.GetRawUtf8Value(value);
        if (text.ContainsAny(".eE"u8) || text.SequenceEqual("-0"u8) || !value.TryGetInt32(out var number) || number < least)
        {
            findings.Add("value", $"Is not a valid {Name(kind)}");
        }
    }

    private static void Text(JsonElement value, PrimitiveKind kind, CodeSet? codes, Findings findings)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            findings.Add("structure", "Must be a string");
            return;
        }

        var raw = JsonText.Raw(value);
        if (raw.IsEmpty)
        {
            findings.Add("value", "Must not be empty");
            return;
        }

        if (kind is PrimitiveKind.String or PrimitiveKind.Markdown)
        {
            String(raw, value, findings);
            return;
        }

        var text = JsonText.Decoded(value);
        if (kind is PrimitiveKind.Xhtml)
        {
            if (NarrativeText.FlawOf(text) is { } flaw)
            {
                findings.Add("invariant", flaw);
            }
        }
        else if (kind is not PrimitiveKind.Base64Binary && IsTooLong(raw, value))
        {
            findings.Add("too-long", TooLong);
        }
        else if (!IsValid(text, kind))
        {
            findings.Add("value", $"Is not a valid {Name(kind)}");
        }
        else if (codes is not null && !codes.Has(text))
        {
            findings.Add("code-invalid", $"The code is not in the required value set {codes.Name}");
        }
    }

    private static void String(ReadOnlySpan<byte> raw, JsonElement value, Findings findings)
    {
        if (IsTooLong(raw, value))
        {
            findings.Add("too-long", TooLong);
        }
        else if (!JsonEscapes.AreForFhirStrings(raw))
        {
            findings.Add("value", "Holds a control character");
        }
    }

    private static bool IsTooLong(ReadOnlySpan<byte> raw, JsonElement value) =>
        raw.Length > LongestString && Encoding.UTF8.GetCharCount(JsonText.Decoded(value)) > LongestString;

    private static bool IsValid(ReadOnlySpan<byte> text, PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.Code => PrimitiveText.IsCode(text),
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical => PrimitiveText.IsUri(text),
        PrimitiveKind.Id => PrimitiveText.IsId(text),
        PrimitiveKind.DateTime => DateText.IsDateTime(text),
        PrimitiveKind.Date => DateText.IsDate(text),
        PrimitiveKind.Instant => DateText.IsInstant(text),
        PrimitiveKind.Time => DateText.IsTime(text),
        PrimitiveKind.Oid => PrimitiveText.IsOid(text),
        PrimitiveKind.Uuid => PrimitiveText.IsUuid(text),
        PrimitiveKind.Base64Binary => PrimitiveText.IsBase64(text),
        _ => throw new InvalidOperationException($"{kind} is not text"),
    };

    private static string Name(PrimitiveKind kind)
    {
        var name = kind.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
