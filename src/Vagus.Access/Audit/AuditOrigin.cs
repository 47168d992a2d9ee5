using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Access.Audit;

/// <summary>By which way an access came: recorded with it, and decides nothing.</summary>
/// <param name="Address">The client's network address.</param>
/// <param name="Request">The client's <c>X-Request-Id</c>, or the id of the trace.</param>
public sealed record AuditOrigin(string? Address, string? Request)
{
    private const int LongestRequestId = 64;

    public static readonly AuditOrigin Unknown = new(null, null);

    /// <summary>The application that acts for the user; null where that is our own.</summary>
    public string? Client { get; init; }

    /// <summary>What the caller gave as the purpose; null: that of the role.</summary>
    public string? Purpose { get; init; }

    public static AuditOrigin Of(HttpContext http) =>
        Of(http.Connection.RemoteIpAddress, http.Request.Headers, http.TraceIdentifier) with
        {
            Client = http.Features.Get<ActingApplication>()?.Id,
        };

    public static AuditOrigin Of(LiveOrigin origin) => new(origin.Address, origin.Request);

    /// <summary>Of a connection whose request is over.</summary>
    public static AuditOrigin Of(IPAddress? address, IHeaderDictionary headers, string? trace = null) => new(
        (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString(),
        RequestIdOf(headers) ?? Activity.Current?.TraceId.ToHexString() ?? trace);

    // The header is a client's text: what is not plainly an id is not taken.
    private static string? RequestIdOf(IHeaderDictionary headers) =>
        headers["X-Request-Id"] is [{ Length: > 0 and <= LongestRequestId } id] && id.All(IsOfAnId) ? id : null;

    private static bool IsOfAnId(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':';
}

/// <summary>A feature of the request: the application whose token was admitted.</summary>
public sealed record ActingApplication(string Id);
