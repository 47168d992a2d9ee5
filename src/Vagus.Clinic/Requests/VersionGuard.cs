using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Clinic.Requests;

/// <summary>Which version a client has seen of what it changes: <c>version</c> in the body, or If-Match.</summary>
internal static class VersionGuard
{
    public const string Field = "version";

    /// <summary>Null where the client names none: it changes whichever version is current.</summary>
    public static Result<long?> Of(HttpRequest request, JsonElement body)
    {
        var (inBody, inHeader) = ((long?)null, (long?)null);
        if (body.TryGetProperty(Field, out var field) && field.ValueKind != JsonValueKind.Null)
        {
            if (field.ValueKind != JsonValueKind.Number || !field.TryGetInt64(out var number) || number < 1)
                return FieldRefusals.Wrong(Field, "the version of an answer");
            inBody = number;
        }

        if (request.Headers.IfMatch.Count > 0)
        {
            inHeader = VersionIn(request.Headers.IfMatch.ToString());
            if (inHeader is null) return new Refusal(RefusalKind.Invalid, "invalid_request", "If-Match must be an answer's ETag: W/\"3\".");
        }

        if (inBody is not null && inHeader is not null && inBody != inHeader)
            return new Refusal(RefusalKind.Invalid, "invalid_request", "The body's version and If-Match name different versions.");
        return inBody ?? inHeader;
    }

    public static string TagOf(long version) => string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\"");

    private static long? VersionIn(string tag)
    {
        var text = tag.AsSpan().Trim();
        if (text.StartsWith("W/", StringComparison.Ordinal)) text = text[2..];
        if (text is not ['"', .. var inner, '"']) return null;
        return long.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? version : null;
    }
}
