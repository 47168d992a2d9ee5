using Vagus.Kernel;

namespace Vagus.Identity.Keys;

/// <summary>
/// For the day when a signing key may be in wrong hands: every key is thrown away and a new one signs. Access tokens end within seconds in
/// every process; signed-in people notice nothing but one refresh. Called by the operator's command line.
/// </summary>
public sealed class ReplaceSigningKeys
{
    private readonly SigningKeys keys;

    internal ReplaceSigningKeys(SigningKeys keys) => this.keys = keys;

    /// <summary>Answers the id of the new key.</summary>
    public ValueTask<Result<string>> Replace(CancellationToken cancel) => keys.Replace(cancel);
}
