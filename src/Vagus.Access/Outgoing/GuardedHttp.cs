using System.Net;
using System.Net.Sockets;

namespace Vagus.Access.Outgoing;

/// <summary>The addresses that a name has at this moment.</summary>
public delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancel);

/// <summary>What a client for requests to other hosts may do.</summary>
public sealed record OutgoingRules
{
    /// <summary>Also addresses of the own network and, without TLS, of this machine.</summary>
    public bool PrivateToo { get; init; }

    /// <summary>Asks for the addresses of a host.</summary>
    public ResolveHost Resolve { get; init; } = Dns.GetHostAddressesAsync;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A longer answer is an error.</summary>
    public int MaxBytes { get; init; } = 64 * 1024;
}

/// <summary>
/// HTTP to hosts that are named in settings or by others, without a way into our own network: https only, no redirects, no proxy, no
/// cookies. The name is resolved once, every address is checked, and the connection goes to a checked address, so a name that changes its
/// address in between gains nothing.
/// </summary>
public static class GuardedHttp
{
    private const int HeaderKilobytes = 16;

    public static HttpClient Create(OutgoingRules rules)
    {
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = rules.Timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = HeaderKilobytes,
            ConnectCallback = (context, cancel) => Connect(context.DnsEndPoint, rules, cancel),
        };
        return new HttpClient(new SchemeGuard(rules, sockets)) { Timeout = rules.Timeout, MaxResponseContentBufferSize = rules.MaxBytes };
    }

    /// <summary>
    /// False where the address says by itself that no request may go there. Of a name it is known when the name is resolved, each time.
    /// </summary>
    public static bool MayLead(Uri url, bool privateToo) => IPAddress.TryParse(url.DnsSafeHost, out var address)
        ? AddressGuard.Allows(address, privateToo) : privateToo || !url.IsLoopback;

    private static async ValueTask<Stream> Connect(DnsEndPoint host, OutgoingRules rules, CancellationToken cancel)
    {
        var addresses = await rules.Resolve(host.Host, cancel);
        // One wrong address is enough: which of them would be taken is not for the name's owner to choose.
        if (addresses.Length == 0 || !Array.TrueForAll(addresses, address => AddressGuard.Allows(address, rules.PrivateToo)))
            throw new HttpRequestException("The host has an address that requests may not go to.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, host.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class SchemeGuard(OutgoingRules rules, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri is { } url && MayBeAsked(url)
                ? base.SendAsync(request, cancellationToken)
                : throw new HttpRequestException("Only https may be asked.");

        private bool MayBeAsked(Uri url) => url.UserInfo.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (rules.PrivateToo && url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
    }
}
