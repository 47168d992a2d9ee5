using System.Buffers;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Json;

/// <summary>Writes the resource that every FHIR error, and every validation, is answered with.</summary>
public static class OperationOutcome
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>No issues is good news, said in R4's words.</summary>
    public static byte[] Write(params IReadOnlyList<FhirIssue> issues)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "OperationOutcome"u8);
            writer.WriteStartArray("issue"u8);
            foreach (var issue in issues is [] ? [AllOk] : issues)
            {
                Write(writer, issue);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] Write(Refusal refusal) => Write(Of(refusal));

    public static FhirIssue Of(Refusal refusal) => new(IssueSeverity.Error, CodeOf(refusal), refusal.Message);

    private static readonly FhirIssue AllOk = new(IssueSeverity.Information, "informational", "All OK");

    private static void Write(Utf8JsonWriter writer, FhirIssue issue)
    {
        writer.WriteStartObject();
        writer.WriteString(
            "severity"u8,
            issue.Severity switch { IssueSeverity.Error => "error"u8, IssueSeverity.Warning => "warning"u8, _ => "information"u8 });
        writer.WriteString("code"u8, issue.Code);
        writer.WriteString("diagnostics"u8, issue.Diagnostics);
        if (issue.Expression is { } expression)
        {
            writer.WriteStartArray("expression"u8);
            writer.WriteStringValue(expression);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // R4 value set issue-type: what our own refusals use of it beyond what follows from their kind.
    private static readonly FrozenSet<string> IssueTypes = new[]
    {
        "structure", "value", "not-supported", "too-costly", "multiple-matches", "processing", "business-rule", "deleted", "too-long",
            "code-invalid", "required", "not-found",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static string CodeOf(Refusal refusal) => IssueTypes.Contains(refusal.Code) ? refusal.Code : refusal.Kind switch
    {
        RefusalKind.Unsupported or RefusalKind.NotAcceptable => "not-supported",
        RefusalKind.Invalid when refusal.Code is "unknown-search-parameter" or "unsupported-search-parameter"
            or "unsupported-search-modifier" => "not-supported",
        RefusalKind.Invalid when JsonDefects.IsOne(refusal) => "structure",
        RefusalKind.Invalid => "invalid",
        RefusalKind.Unauthenticated => "login",
        RefusalKind.Forbidden => "forbidden",
        RefusalKind.NotFound => "not-found",
        RefusalKind.Gone => "deleted",
        RefusalKind.Conflict or RefusalKind.PreconditionFailed => "conflict",
        RefusalKind.TooLarge => "too-long",
        RefusalKind.Unprocessable => "processing",
        RefusalKind.TooMany => "throttled",
        RefusalKind.Unavailable => "transient",
        _ => throw new InvalidOperationException($"No issue code for {refusal.Kind}"),
    };
}
