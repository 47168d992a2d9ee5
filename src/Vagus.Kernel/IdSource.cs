using System.Buffers.Text;
using System.Security.Cryptography;

namespace Vagus.Kernel;

/// <summary>Where ids and secrets come from: injected, so that decisions are repeatable in tests.</summary>
public class IdSource(TimeProvider clock)
{
    /// <summary>A UUID version 7 (RFC 9562): time-ordered, lower case.</summary>
    public virtual string NewId() => Guid.CreateVersion7(clock.GetUtcNow()).ToString();

    /// <summary>An unguessable secret of the given number of random bytes, base64url without padding.</summary>
    public virtual string NewSecret(int bytes = 32) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));
}
