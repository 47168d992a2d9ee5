using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Json;

/// <summary>The refusals for JSON that does not get in. None repeats what was sent.</summary>
internal static class JsonDefects
{
    public static readonly Refusal InvalidUtf8 = Invalid("invalid-utf8", "The body is not UTF-8.");
    public static readonly Refusal UnstorableText = Invalid("unstorable-text", "A string holds U+0000 or half of a surrogate pair.");
    public static readonly Refusal NotAResource = Invalid("not-a-resource", "The body is not an object with a resourceType.");
    public static readonly Refusal TooDeep = Invalid("too-deep", $"The body nests deeper than {FhirJson.MaxDepth} levels.");
    public static readonly Refusal DuplicateKey = Invalid("duplicate-key", "An object names a property twice.");
    public static readonly Refusal Marked = Invalid(
        "malformed-json", "The body begins with a byte order mark (U+FEFF), which JSON does not have (RFC 8259 §8.1).");
    public static readonly Refusal Malformed = Invalid("malformed-json", "The body is not JSON.");

    /// <summary>
    /// Why the parser refused. It says so only in words, so the text is read once more: what reads well here can only name a property
    /// twice.
    /// </summary>
    public static Refusal Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith("\uFEFF"u8)) return Marked;
        // One level more than allowed, so that depth is seen here rather than thrown.
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = FhirJson.MaxDepth + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= FhirJson.MaxDepth)
                {
                    return TooDeep;
                }
            }
        }
        catch (JsonException)
        {
            return Malformed;
        }

        return DuplicateKey;
    }

    public static bool IsOne(Refusal refusal) =>
        refusal == InvalidUtf8 || refusal == UnstorableText || refusal == NotAResource || refusal == TooDeep || refusal == DuplicateKey
            || refusal == Malformed || refusal == Marked;

    private static Refusal Invalid(string code, string message) => new(RefusalKind.Invalid, code, message);
}
