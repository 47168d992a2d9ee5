using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Http;

/// <summary>What a write answers with (R4 §3.1.0.1.8).</summary>
internal enum Return
{
    Representation,
    Minimal,
    Outcome,
}

/// <summary>What the client prefers (<c>Prefer</c>).</summary>
internal static class Preferences
{
    public static Return Returning(HttpRequest request)
    {
        if (Prefers(request, "return=minimal")) return Return.Minimal;
        return Prefers(request, "return=OperationOutcome") ? Return.Outcome : Return.Representation;
    }

    /// <summary>What the client says that it prefers; null where it does not say.</summary>
    public static Return? Stated(HttpRequest request) =>
        Returning(request) is not Return.Representation and var stated ? stated
            : Prefers(request, "return=representation") ? Return.Representation : null;

    /// <summary>The client asks later for the answer (<c>respond-async</c>, RFC 7240).</summary>
    public static bool IsAsynchronous(HttpRequest request) => Prefers(request, "respond-async");

    public static Handling HandlingOf(HttpRequest request) =>
        Prefers(request, "handling=lenient") ? Handling.Lenient : Handling.Strict;

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
