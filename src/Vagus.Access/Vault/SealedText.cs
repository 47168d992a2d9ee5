using System.Buffers.Text;
using Vagus.Access.Vault.Envelopes;

namespace Vagus.Access.Vault;

/// <summary>
/// An envelope as text, for fields of JSON and FHIR: <c>ce1:</c> and base64url without padding. Clients that ask for an initialization
/// vector and a tag of their own get the salt and the last chunk's tag, which are in the envelope as well.
/// </summary>
public static class SealedText
{
    private const string Prefix = "ce1:";

    public static string Of(ReadOnlySpan<byte> envelope) => Prefix + Base64Url.EncodeToString(envelope);

    /// <summary>Null where the text is no envelope. Whether it opens is another question.</summary>
    public static byte[]? Read(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var encoded = text.AsSpan(Prefix.Length);
        if (!Base64Url.IsValid(encoded, out var length) || length < Envelope.PrefixBytes + Envelope.TagBytes) return null;
        // Only the one form that Of writes: no padding, no space, no bits left over.
        var envelope = Base64Url.DecodeFromChars(encoded);
        return Base64Url.EncodeToString(envelope).AsSpan().SequenceEqual(encoded) ? envelope : null;
    }

    /// <summary>The salt of an envelope, base64: what its key and nonce were derived with.</summary>
    public static string InitializationVector(ReadOnlySpan<byte> envelope) =>
        Convert.ToBase64String(envelope.Slice(Envelope.HeaderBytes, Envelope.SaltBytes));

    /// <summary>The tag of the last chunk, base64.</summary>
    public static string AuthenticationTag(ReadOnlySpan<byte> envelope) => Convert.ToBase64String(envelope[^Envelope.TagBytes..]);
}
