using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;

namespace Vagus.Identity.Doors;

/// <summary>What a request tells about the program and the network it comes from.</summary>
internal sealed record ClientFacts(string Client, string UserAgent, string Address, string Network)
{
    public const string Browser = "browser";
    private const string OtherClient = "api";
    private const int MaxUserAgent = 200;

    /// <summary>From where the request came, as the audit records it.</summary>
    public AuditOrigin Origin { get; init; } = AuditOrigin.Unknown;

    /// <summary>Nobody is signed in yet, or the session's own client acts.</summary>
    public AuditActor Actor => new(null, Origin);

    /// <summary>What the browser keeps of accounts that have signed in there: <see cref="KnownDevices"/>.</summary>
    public string? Device { get; init; }

    public bool IsBrowser => Client == Browser;

    /// <summary>
    /// Who may repeat a refresh that was lost: the same program with the same name. Not the address: a phone that changes from Wi-Fi to
    /// mobile in that moment is the very case that the repetition is for.
    /// </summary>
    public string Hash => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Client}\n{UserAgent}")));

    public static ClientFacts Of(HttpContext context)
    {
        var agent = context.Request.Headers.UserAgent.ToString();
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        var isBrowser = context.Request.Headers["X-Vagus-Client"].ToString() == Browser;
        return new ClientFacts(
            isBrowser ? Browser : OtherClient,
            Cut(agent),
            address.ToString(),
            NetworkOf(address))
        {
            Origin = AuditOrigin.Of(context),
            Device = isBrowser ? DeviceCookie.Read(context) : null,
        };
    }

    // Never half of a surrogate pair: PostgreSQL takes no such text.
    private static string Cut(string agent) =>
        agent.Length <= MaxUserAgent ? agent : agent[..(char.IsHighSurrogate(agent[MaxUserAgent - 1]) ? MaxUserAgent - 1 : MaxUserAgent)];

    /// <summary>The network that one attacker holds without effort: /24 of IPv4, /64 of IPv6.</summary>
    internal static string NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes, 0, address.AddressFamily == AddressFamily.InterNetwork ? 3 : 8);
    }
}
