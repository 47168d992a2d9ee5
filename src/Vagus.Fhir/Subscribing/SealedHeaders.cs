using System.Text.Json;
using Vagus.Access.Vault;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The headers of a subscription's requests, which may hold a receiver's credential, and the secret by which these are signed: kept under
/// the root key, apart from the record.
/// </summary>
internal sealed class SealedHeaders(RootKey root)
{
    private const string Purpose = "subscription-headers";
    private const int Most = 16;
    private const int Longest = 4096;
    private const int ShortestSecret = 16;
    private const int LongestSecret = 256;

    public static readonly SealedColumn Column = new(
        "subscription_state", "headers", "subscription_id", Purpose, "tenant_id || '/' || subscription_id");

    // The connection's own, and what the notification itself decides (RFC 9110 §7.6.1).
    private static readonly string[] Reserved =
    [
        "connection", "content-encoding", "content-length", "content-type", "expect", "host", "idempotency-key", "keep-alive",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "vagus-signature",
        "x-vagus-redisclosure-notice",
    ];

    /// <summary>Why these headers are not sent, or nothing can be signed by the secret; null where all is well.</summary>
    public Refusal? Refuse(TenantId tenant, string id, IReadOnlyList<string> withheld, byte[]? known)
    {
        if (SecretOf(withheld) is { } secret && !IsFit(secret, SecretOf(Open(tenant, id, known))))
            return SubscriptionForm.No(
                "Subscription.channel.extension", $"A secret has {ShortestSecret} to {LongestSecret} printable characters without a blank.");
        var headers = HeadersOf(withheld);
        if (headers.Count > Most || headers.Any(header => header.Length > Longest))
            return SubscriptionForm.No("Subscription.channel.header", $"A subscription has at most {Most} headers of {Longest} characters.");
        return headers.All(IsSent)
            ? null : SubscriptionForm.No("Subscription.channel.header", "A header is 'Name: value', of printable characters, and none of the connection's own.");
    }

    /// <summary>A value that is known would go to a receiver that it was not written for, whose answers or logs could show it.</summary>
    public static bool Follow(IReadOnlyList<string> withheld, string from, string to) =>
        HeadersOf(withheld).Any(header => SubscriptionBody.ValueOf(header) == SubscriptionBody.Withheld) && PlaceOf(from) != PlaceOf(to);

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

    /// <summary>The headers that are sent.</summary>
    public static IReadOnlyList<string> HeadersOf(IReadOnlyList<string> withheld) =>
        [.. withheld.Where(each => !SubscriptionBody.IsSecret(each))];

    /// <summary>By what requests are signed; null: they are not.</summary>
    public static string? SecretOf(IReadOnlyList<string> withheld) =>
        withheld.Where(SubscriptionBody.IsSecret).Select(SubscriptionBody.ValueOf).FirstOrDefault();

    private static string PlaceOf(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Authority) : "";

    // What stands for the secret in the body is no secret: it keeps the one that is known.
    private static bool IsFit(string secret, string? known) => secret == SubscriptionBody.Withheld
        ? known is not null : secret.Length is >= ShortestSecret and <= LongestSecret && secret.All(letter => letter is > ' ' and <= '~');

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
