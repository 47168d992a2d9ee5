namespace Vagus.Identity.Notices;

/// <summary>How people are told who look at no screen.</summary>
public sealed record NoticeOptions
{
    private const int ShortestSecret = 32;

    /// <summary>For so long a message or notification waits to be read before a notice of it leaves.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A gateway that sends text messages and makes calls; null: there is none.</summary>
    public Uri? PhoneWebhook { get; init; }

    /// <summary>What its requests are signed with (HMAC-SHA-256).</summary>
    public string? PhoneSecret { get; init; }

    /// <summary>The gateway stands in the own network, or on this machine without TLS.</summary>
    public bool PhoneOnPrivateNetwork { get; init; }

    /// <summary>For tests: push services on this machine without TLS.</summary>
    internal bool PushOnPrivateNetwork { get; init; }

    internal void Validate()
    {
        if (Delay < TimeSpan.Zero || Delay > TimeSpan.FromDays(1))
            throw new InvalidOperationException("Notices: Delay must be between 0 and one day.");
        if (PhoneWebhook is null != PhoneSecret is null)
            throw new InvalidOperationException("Notices: PhoneWebhook and PhoneSecret belong together.");
        if (PhoneSecret is { Length: < ShortestSecret })
            throw new InvalidOperationException($"Notices: PhoneSecret must have at least {ShortestSecret} characters.");
        if (PhoneWebhook is not { } url) return;
        var isPlain = PhoneOnPrivateNetwork && url is { IsAbsoluteUri: true, IsLoopback: true } && url.Scheme == Uri.UriSchemeHttp;
        if (!url.IsAbsoluteUri || url.UserInfo.Length > 0 || !(isPlain || url.Scheme == Uri.UriSchemeHttps))
            throw new InvalidOperationException("Notices: PhoneWebhook must be an https address without a password in it.");
    }
}
