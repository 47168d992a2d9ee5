using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>What a write answers with (R4 §3.1.0.1.8).</summary>
internal enum Return
{
    Representation,
    Minimal,
    Outcome,
}

/// <summary>The request headers that change how an interaction runs: <c>Prefer</c>, <c>If-Match</c>, <c>If-None-Match</c>.</summary>
internal static class Preferences
{
    public static Return Returning(HttpRequest request)
    {
        if (Prefers(request, "return=minimal")) return Return.Minimal;
        return Prefers(request, "return=OperationOutcome") ? Return.Outcome : Return.Representation;
    }

    public static bool Lenient(HttpRequest request) => Prefers(request, "handling=lenient");

    /// <summary>The version that If-Match names; null when the header is absent.</summary>
    public static Outcome<long?> IfMatch(StringValues header)
    {
        if (header.Count == 0) return (long?)null;
        return VersionOf(header.ToString()) is { } version ? version : FhirRefusals.Invalid("If-Match must be a version: W/\"3\".");
    }

    public static bool NoneMatch(HttpRequest request, StoredResource resource) =>
        request.Headers.IfNoneMatch is { Count: > 0 } tags && VersionOf(tags.ToString()) == resource.Version;

    /// <summary>The version in a weak or strong entity tag.</summary>
    public static long? VersionOf(string tag)
    {
        var text = tag.AsSpan().Trim();
        if (text.StartsWith("W/", StringComparison.Ordinal)) text = text[2..];
        if (text.Length > 2 && text[0] == '"' && text[^1] == '"') text = text[1..^1];
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    private static bool Prefers(HttpRequest request, string preference)
    {
        foreach (var header in request.Headers["Prefer"])
        {
            if (header is null) continue;
            foreach (var part in header.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (part.Equals(preference, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }
}
