using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Oracle.Tests.Validation;

/// <summary>Right and wrong values of R4's primitive types, as JSON.</summary>
internal static class Primitives
{
    private static readonly string[] Texts = ["a", "x y", "Ä", "a\tb", "#1", "1", " ", "", "a ", " a", "a  b", "a\u0001b", "a\nb"];
    private static readonly string[] Dates =
    [
        "2024", "2024-02", "2024-02-29", "2023-02-29", "2024-13", "2024-1-1", "24", "2024-02-29T10:00:00Z", "2024-02-29T10:00:00.123+02:00",
        "2024-02-29T10:00Z", "2024-02-29T10:00:00", "2024-02-29T24:00:00Z", "2024-02-29T10:00:60Z", "2024-02-29 10:00:00Z", "0000", "2024-00-01",
        "2024-02-29T10:00:00+15:00", "2024-02-29T10:00:00z", "2024-02-29T10:00:00.Z", "10:00:00", "10:00", "24:00:00", "10:00:00.5", "x",
        "2024-02-29T10:00:00-00:00", "2024-02-29T10:00:00.1234567890Z", "9999-12-31T23:59:59Z",
    ];

    private static readonly string[] Uris =
        ["http://example.org", "urn:uuid:0b8a3f3e-0000-4000-8000-000000000000", "urn:uuid:0B8A3F3E-0000-4000-8000-000000000000", "urn:uuid:1",
            "urn:oid:1.2.3", "urn:oid:1.02", "urn:oid:3.1", "a b", "", "x", "http://example.org|1.0", "#a", "http://exämple.org", "%"];

    private static readonly string[] Base64 = ["aGVsbG8=", "aGVsbG8", "aG Vs\nbG8=", "aGVsbG8==", "a", "", "=", "----", "aGVs"];
    private static readonly string[] Numbers =
        ["0", "1", "-1", "-0", "1.0", "1.50", "1e2", "1E-2", "2147483647", "2147483648", "-2147483648", "0.1", "1e400", "12345678901234567890.123"];

    public static string[] Json(PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.Boolean => ["true", "false"],
        PrimitiveKind.Decimal or PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt => Numbers,
        PrimitiveKind.Date or PrimitiveKind.DateTime or PrimitiveKind.Instant or PrimitiveKind.Time => Quoted(Dates),
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical or PrimitiveKind.Oid or PrimitiveKind.Uuid => Quoted(Uris),
        PrimitiveKind.Base64Binary => Quoted(Base64),
        PrimitiveKind.Id => Quoted(["a", "A-1.b", "a_b", "a b", "", new string('a', 64), new string('a', 65), "ä"]),
        PrimitiveKind.Xhtml => Quoted(["<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>", "<div xmlns=\"http://www.w3.org/1999/xhtml\">a",
            "a", "<p xmlns=\"http://www.w3.org/1999/xhtml\">a</p>", "<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>a</script></div>", ""]),
        _ => Quoted(Texts),
    };

    private static string[] Quoted(string[] texts) => Array.ConvertAll(texts, text => JsonValue.Create(text).ToJsonString());
}
