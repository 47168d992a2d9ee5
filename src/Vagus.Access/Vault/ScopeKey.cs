using System.Security.Cryptography;
using Vagus.Access.Vault.Envelopes;
using Vagus.Access.Vault.Keys;

namespace Vagus.Access.Vault;

/// <summary>
/// The key of one scope, in memory, for use within a transaction: sealing waits for nothing. Get it before the write, dispose it after.
/// Several threads may seal with it at once.
/// </summary>
public sealed class ScopeKey : IDisposable
{
    private readonly KeyScope scope;
    private readonly SharedKey key;
    private int disposed;

    internal ScopeKey(KeyScope scope, SharedKey key) => (this.scope, this.key) = (scope, key);

    /// <summary>The id of the key, a UUID. Opening finds it in the envelope.</summary>
    public string KeyId => key.Id;

    /// <summary>The envelope: 96 bytes more than the content, and 16 more for each 16 KiB.</summary>
    public byte[] Seal(
        SealContext context, ContentKind kind, ReadOnlySpan<byte> content, ContentPadding padding = ContentPadding.None)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        Span<byte> salt = stackalloc byte[Envelope.SaltBytes];
        RandomNumberGenerator.Fill(salt);
        return SealedBytes.Seal(key.Bytes.Span, Header(context, kind, padding), salt, context, content);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0) key.GiveBack();
    }

    internal async ValueTask<long> Seal(SealContext context, ContentKind kind, SealedCopy copy, CancellationToken cancel)
    {
        var salt = RandomNumberGenerator.GetBytes(Envelope.SaltBytes);
        return await StreamSealing.Seal(key.Bytes, Header(context, kind, ContentPadding.None), salt, context, copy, cancel);
    }

    private EnvelopeHeader Header(SealContext context, ContentKind kind, ContentPadding padding)
    {
        if (context.Tenant != scope.Tenant)
            throw new ArgumentException("The place belongs to another tenant than the key.", nameof(context));
        return new EnvelopeHeader(Guid.Parse(key.Id), kind, padding);
    }
}
