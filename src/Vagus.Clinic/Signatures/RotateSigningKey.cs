using Vagus.Kernel;

namespace Vagus.Clinic.Signatures;

/// <summary>
/// A new key signs an organization's records from now on; the former ones stay published, and what they signed is verified by them. Called
/// by the operator's command line.
/// </summary>
public sealed class RotateSigningKey
{
    private readonly SigningKeys keys;

    internal RotateSigningKey(SigningKeys keys) => this.keys = keys;

    /// <summary>Answers the id of the new key.</summary>
    public ValueTask<Result<string>> Rotate(TenantId tenant, CancellationToken cancel) => keys.Rotate(tenant, cancel);
}
