namespace Vagus.Access.Vault;

/// <summary>
/// The provider of the root key cannot be asked, and the tenant's key is not in memory: nothing was sealed or opened. Adapters answer 503
/// with <c>Retry-After</c>. Tenants whose key is in memory are served on.
/// </summary>
/// <param name="provider">Which provider.</param>
/// <param name="code">What it met: a status, a driver's code. Holds no secret.</param>
/// <param name="retryAfter">When asking again makes sense.</param>
/// <param name="cause">What the client of the provider threw.</param>
public sealed class KeysUnavailableException(string provider, string code, TimeSpan retryAfter, Exception? cause = null)
    : Exception($"The root key's provider {provider} cannot be asked ({code}).", cause)
{
    public string Provider => provider;

    public string Code => code;

    public TimeSpan RetryAfter => retryAfter;

    /// <summary>True where the provider answers others: asking it for them goes on.</summary>
    internal bool IsOfOneKey { get; init; }
}
