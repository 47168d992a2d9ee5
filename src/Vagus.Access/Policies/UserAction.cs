using Microsoft.AspNetCore.Http;

namespace Vagus.Access.Policies;

/// <summary>
/// Whether a request comes from something a person did. The header <c>X-Vagus-User-Action</c> says it (<c>1</c>) or denies it (<c>0</c>).
/// Without the header a change counts and a read does not: pages read in the background. Pings, polling, pushes and refreshes of tokens
/// never count.
/// </summary>
internal static class UserAction
{
    private const string Header = "X-Vagus-User-Action";

    public static bool IsIn(HttpRequest request) => request.Headers[Header].ToString() switch
    {
        "1" => true,
        "0" => false,
        _ => IsChange(request),
    };

    // A search by POST (FHIR R4, 3.1.1.4) is a read.
    private static bool IsChange(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method)
        && !HttpMethods.IsHead(request.Method)
        && !HttpMethods.IsOptions(request.Method)
        && request.Path.Value?.EndsWith("/_search", StringComparison.Ordinal) != true;
}
