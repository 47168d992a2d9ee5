using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Identity.Keys;

/// <summary>
/// For the day when a signing key may be in wrong hands: every key is thrown away and a new one signs. Access tokens end within seconds in
/// every process; signed-in people notice nothing but one refresh. Called by the operator's command line.
/// </summary>
public sealed class ReplaceSigningKeys
{
    private readonly SigningKeys keys;
    private readonly AuditTrail audit;

    internal ReplaceSigningKeys(SigningKeys keys, AuditTrail audit) => (this.keys, this.audit) = (keys, audit);

    /// <summary>Answers the id of the new key.</summary>
    public async ValueTask<Result<string>> Replace(CancellationToken cancel)
    {
        var entry = AuditActor.Operator.Entry(AuditActions.RotateKey) with { On = "SigningKey" };
        return await audit.Append(AuditTrail.System, entry) is { } unrecorded ? unrecorded : await keys.Replace(cancel);
    }
}
