using System.Text.Json;
using Vagus.Access.Vault;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The headers of a subscription's requests, which may hold a receiver's credential: kept under the root key, apart from the record.
/// </summary>
internal sealed class SealedHeaders(RootKey root)
{
    private const string Purpose = "subscription-headers";
    private const int Most = 16;
    private const int Longest = 4096;

    // The connection's own, and what the notification itself decides (RFC 9110 §7.6.1).
    private static readonly string[] Reserved =
    [
        "connection", "content-encoding", "content-length", "content-type", "expect", "host", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ];

    /// <summary>Why these headers are not sent; null where they are.</summary>
    public static Refusal? Refuse(IReadOnlyList<string> headers)
    {
        if (headers.Count > Most || headers.Any(header => header.Length > Longest))
            return SubscriptionForm.No("Subscription.channel.header", $"A subscription has at most {Most} headers of {Longest} characters.");
        return headers.All(IsSent)
            ? null : SubscriptionForm.No("Subscription.channel.header", "A header is 'Name: value', of printable characters, and none of the connection's own.");
    }

    /// <summary>Null where there are none. A value that was not sent back is the one that is known.</summary>
    public byte[]? Seal(TenantId tenant, string id, IReadOnlyList<string> headers, byte[]? known)
    {
        if (headers.Count == 0) return null;
        var before = Open(tenant, id, known);
        var kept = headers.Select(header => SubscriptionBody.ValueOf(header) != SubscriptionBody.Withheld
            ? header : before.FirstOrDefault(each => IsNamed(each, SubscriptionBody.NameOf(header)), header));
        return root.Wrap(Purpose, $"{tenant.Value}/{id}", JsonSerializer.SerializeToUtf8Bytes(kept));
    }

    public IReadOnlyList<string> Open(TenantId tenant, string id, byte[]? wrapped) => wrapped is null
        ? [] : JsonSerializer.Deserialize<string[]>(root.Unwrap(Purpose, $"{tenant.Value}/{id}", wrapped)) ?? [];

    private static bool IsNamed(string header, string name) =>
        string.Equals(SubscriptionBody.NameOf(header), name, StringComparison.OrdinalIgnoreCase);

    private static bool IsSent(string header)
    {
        var name = SubscriptionBody.NameOf(header);
        return header.Contains(':', StringComparison.Ordinal) && name.Length > 0 && name.All(IsOfAName)
            && !Reserved.Contains(name, StringComparer.OrdinalIgnoreCase)
            && SubscriptionBody.ValueOf(header).All(letter => letter is >= ' ' and <= '~');
    }

    // RFC 9110 §5.6.2: token.
    private static bool IsOfAName(char letter) => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal);
}
