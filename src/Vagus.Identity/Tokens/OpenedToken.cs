using System.Text;
using System.Text.Json;

namespace Vagus.Identity.Tokens;

/// <summary>
/// A token taken apart after RFC 7515, strictly. Nothing of it is trusted: its issuer and key id only name the key to try it with.
/// </summary>
internal sealed class OpenedToken : IDisposable
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    // Members by which a sender would choose the key, the encoding or extra rules himself.
    private static readonly string[] ForbiddenHeaders = ["crit", "jku", "jwk", "x5u", "x5c", "b64", "zip"];

    private readonly JsonDocument header;
    private readonly JsonDocument payload;
    private readonly byte[] signed;
    private readonly byte[] signature;

    private OpenedToken(JsonDocument header, JsonDocument payload, byte[] signed, byte[] signature) =>
        (this.header, this.payload, this.signed, this.signature) = (header, payload, signed, signature);

    public JsonElement Payload => payload.RootElement;

    public string? Issuer => AccessClaims.Text(Payload, "iss");

    public string? Kid => AccessClaims.Text(header.RootElement, "kid");

    public string? Algorithm => AccessClaims.Text(header.RootElement, "alg");

    public string? Kind => AccessClaims.Text(header.RootElement, "typ");

    public static OpenedToken? Open(string token, out TokenFault fault)
    {
        fault = TokenFault.TooLong;
        if (token.Length > TokenVerifier.MaxLength) return null;
        fault = TokenFault.NotThreeSegments;
        if (Segments(token) is not var (first, second)) return null;

        fault = TokenFault.BadEncoding;
        var headerBytes = StrictBase64Url.Decode(token.AsSpan(0, first));
        var payloadBytes = StrictBase64Url.Decode(token.AsSpan(first + 1, second - first - 1));
        var signature = StrictBase64Url.Decode(token.AsSpan(second + 1));
        if (headerBytes is null || payloadBytes is null || signature is null) return null;

        fault = TokenFault.BadHeader;
        var header = Parse(headerBytes);
        if (header is null) return null;
        fault = Array.Exists(ForbiddenHeaders, name => header.RootElement.TryGetProperty(name, out _))
            ? TokenFault.ForbiddenHeader : TokenFault.BadPayload;
        var payload = fault == TokenFault.ForbiddenHeader ? null : Parse(payloadBytes);
        if (payload is null)
        {
            header.Dispose();
            return null;
        }

        fault = TokenFault.None;
        return new OpenedToken(header, payload, Encoding.ASCII.GetBytes(token, 0, second), signature);
    }

    public TokenFault SignatureFault(TrustedIssuer issuer)
    {
        if (Kid is not { } kid || issuer.KeyOf(kid) is not { } key) return TokenFault.UnknownKey;
        if (!string.Equals(Algorithm, key.Algorithm, StringComparison.Ordinal))
            return TokenFault.WrongAlgorithm;
        return key.Verifies(signed, signature) ? TokenFault.None : TokenFault.BadSignature;
    }

    public void Dispose()
    {
        header.Dispose();
        payload.Dispose();
    }

    private static (int First, int Second)? Segments(string token)
    {
        var first = token.IndexOf('.', StringComparison.Ordinal);
        if (first < 0) return null;
        var second = token.IndexOf('.', first + 1);
        if (second < 0 || token.IndexOf('.', second + 1) >= 0) return null;
        return (first, second);
    }

    private static JsonDocument? Parse(byte[] utf8)
    {
        try
        {
            // JsonDocument reads strings lazily; invalid UTF-8 must be refused here and not surface later.
            if (!System.Text.Unicode.Utf8.IsValid(utf8)) return null;
            var document = JsonDocument.Parse(utf8, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
