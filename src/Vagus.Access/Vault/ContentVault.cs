using Vagus.Access.Vault.Envelopes;
using Vagus.Access.Vault.Keys;
using Vagus.Kernel;

namespace Vagus.Access.Vault;

/// <summary>
/// Seals content before it is stored and opens it for a reader that the caller has found entitled: the vault does not ask who reads.
/// See README.md beside this file.
/// </summary>
public sealed class ContentVault
{
    private readonly DataKeys keys;
    private readonly VaultMeter meter;

    internal ContentVault(DataKeys keys, VaultMeter meter) => (this.keys, this.meter) = (keys, meter);

    /// <summary>The scope's key, made when there is none. Refused with <c>key_destroyed</c> for a scope that was destroyed.</summary>
    public async ValueTask<Result<ScopeKey>> KeyFor(KeyScope scope, CancellationToken cancel)
    {
        var key = await keys.ForSealing(scope, cancel);
        return key.Refusal is { } refusal ? refusal : new ScopeKey(scope, key.Value);
    }

    /// <summary>Seals content that is in memory as a whole.</summary>
    public async ValueTask<Result<byte[]>> Seal(
        KeyScope scope, SealContext context, ContentKind kind, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var key = await KeyFor(scope, cancel);
        if (key.Refusal is { } refusal) return refusal;
        using var used = key.Value;
        return used.Seal(context, kind, content.Span);
    }

    /// <summary>
    /// Opens an envelope in its place. Refused with <c>key_destroyed</c>; throws <see cref="SealBrokenException"/> where anything does not
    /// fit, and <see cref="KeysUnavailableException"/> where the key cannot be had now.
    /// </summary>
    public async ValueTask<Result<byte[]>> Open(SealContext context, ReadOnlyMemory<byte> envelope, CancellationToken cancel)
    {
        try
        {
            var key = await KeyOf(context.Tenant, envelope.Span, cancel);
            if (key.Refusal is { } refusal) return refusal;
            try
            {
                return SealedBytes.Open(key.Value.Bytes.Span, context, envelope.Span);
            }
            finally
            {
                key.Value.GiveBack();
            }
        }
        catch (SealBrokenException broken)
        {
            meter.Broken(broken.Fault);
            throw;
        }
    }

    /// <summary>
    /// Seals a stream and answers the bytes of content. Throws <see cref="InvalidDataException"/> when there are more than
    /// <paramref name="mostBytes"/>; what was written until then is to be thrown away.
    /// </summary>
    public async ValueTask<Result<long>> SealStream(
        KeyScope scope, SealContext context, Stream content, Stream envelope, long mostBytes, CancellationToken cancel)
    {
        var key = await KeyFor(scope, cancel);
        if (key.Refusal is { } refusal) return refusal;
        using var used = key.Value;
        return await used.Seal(context, ContentKind.Binary, new SealedCopy(content, envelope, mostBytes), cancel);
    }

    /// <summary>
    /// The content of a seekable envelope, seekable itself: ranges open only the chunks that they touch. The last chunk is checked at once,
    /// so a cut file gives no byte. Takes the envelope over. A chunk that was changed throws <see cref="SealBrokenException"/> when it is
    /// reached: an answer that has begun must then be broken off, not ended.
    /// </summary>
    public async ValueTask<Result<Stream>> OpenStream(SealContext context, Stream envelope, CancellationToken cancel)
    {
        try
        {
            var header = new byte[Envelope.HeaderBytes];
            envelope.Position = 0;
            if (await envelope.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancel) < header.Length)
                throw new SealBrokenException(SealFault.Length);
            var key = await KeyOf(context.Tenant, header, cancel);
            if (key.Refusal is { } refusal) return refusal;
            try
            {
                return await OpenedStream.Open(key.Value.Bytes, context, envelope, cancel);
            }
            finally
            {
                key.Value.GiveBack();
            }
        }
        catch (SealBrokenException broken)
        {
            meter.Broken(broken.Fault);
            throw;
        }
    }

    /// <summary>
    /// A key of 32 bytes for one purpose of a tenant (<see cref="TenantPurposes"/>), the same each time and on every node. Rotating the
    /// tenant's key does not change it. The caller overwrites it with zeros after use.
    /// </summary>
    public async ValueTask<byte[]> DeriveKey(TenantId tenant, string purpose, CancellationToken cancel)
    {
        var secret = await keys.ForSealing(KeyScope.Derived(tenant), cancel);
        if (secret.Refusal is { } refusal) throw new InvalidOperationException($"The tenant's secret is gone: {refusal.Code}.");
        try
        {
            return Derive(secret.Value.Bytes.Span, tenant, purpose);
        }
        finally
        {
            secret.Value.GiveBack();
        }
    }

    internal static byte[] Derive(ReadOnlySpan<byte> secret, TenantId tenant, string purpose)
    {
        var key = new byte[SharedKey.Length];
        HkdfExpand.Sha512(secret, BoundFields.Of("ce1:derive"u8, tenant.Value, purpose), key);
        return key;
    }

    private ValueTask<Result<SharedKey>> KeyOf(TenantId tenant, ReadOnlySpan<byte> envelope, CancellationToken cancel) =>
        keys.ForOpening(tenant, Envelope.ReadHeader(envelope).KeyId.ToString(), cancel);
}
