using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Access.Vault.Keys;
using Vagus.Kernel;

namespace Vagus.Access.Vault.Roots;

/// <summary>
/// A root key in HashiCorp Vault's transit engine (https://developer.hashicorp.com/vault/api-docs/secret/transit), which it never leaves.
/// A wrapped key is bound to its tenant and version twice: as associated data, and by a hash beside the key, because engines before 1.13
/// ignore the first. The engine's own rewrap takes no associated data, so keys are moved through our memory.
/// </summary>
internal sealed class VaultTransit(TransitOptions options, HttpClient client) : IRootKeyProvider, IDisposable
{
    private const int MostAnswer = 64 << 10;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    public string Name => "vault-transit";

    /// <summary>Redirects are not followed: the token goes to the address that was set.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        MaxResponseContentBufferSize = MostAnswer,
        Timeout = TimeSpan.FromSeconds(4),
    };

    public async ValueTask<string> Current(CancellationToken cancel)
    {
        var key = await Send<KeyAnswer>(HttpMethod.Get, "keys", body: null, cancel);
        return NameOf(key.LatestVersion);
    }

    public async ValueTask<WrappedKey> Wrap(byte[] key, TenantKeyContext context, CancellationToken cancel)
    {
        byte[] plain = [.. key, .. SHA256.HashData(context.Bound())];
        try
        {
            var answer = await Send<CipherAnswer>(
                HttpMethod.Post, "encrypt",
                new { plaintext = Convert.ToBase64String(plain), associated_data = Convert.ToBase64String(context.Bound()) }, cancel);
            return new WrappedKey(NameOf(answer.KeyVersion), Encoding.ASCII.GetBytes(answer.Ciphertext));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    public async ValueTask<byte[]> Unwrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel)
    {
        var answer = await Send<PlainAnswer>(
            HttpMethod.Post, "decrypt",
            new
            {
                ciphertext = Encoding.ASCII.GetString(wrapped.Bytes),
                associated_data = Convert.ToBase64String(context.Bound()),
            },
            cancel);
        var bound = SHA256.HashData(context.Bound());
        if (answer.Plaintext.Length != SharedKey.Length + bound.Length
            || !CryptographicOperations.FixedTimeEquals(answer.Plaintext.AsSpan(SharedKey.Length), bound))
        {
            throw new SealBrokenException(SealFault.WrappedKey);
        }

        var key = answer.Plaintext[..SharedKey.Length];
        CryptographicOperations.ZeroMemory(answer.Plaintext);
        return key;
    }

    public ValueTask<WrappedKey> Rewrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel) =>
        this.RewrapHere(wrapped, context, cancel);

    public async ValueTask<Result<string>> Rotate(CancellationToken cancel)
    {
        using var answer = await Ask(HttpMethod.Post, $"keys/{Escaped(options.KeyName)}/rotate", new { }, cancel);
        return await Current(cancel);
    }

    public void Dispose() => client.Dispose();

    private string NameOf(long version) => string.Create(CultureInfo.InvariantCulture, $"{Name}:{options.KeyName}:v{version}");

    private async ValueTask<T> Send<T>(HttpMethod method, string verb, object? body, CancellationToken cancel)
        where T : class
    {
        using var answer = await Ask(method, $"{verb}/{Escaped(options.KeyName)}", body, cancel);
        try
        {
            var read = await answer.Content.ReadFromJsonAsync<DataOf<T>>(cancel);
            return read?.Data ?? throw new KeysUnavailableException(Name, "answer without data", Soon);
        }
        catch (JsonException cause)
        {
            throw new KeysUnavailableException(Name, "answer that is no JSON", Soon, cause);
        }
    }

    private async ValueTask<HttpResponseMessage> Ask(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(options.Address, $"/v1/{Escaped(options.Mount)}/{path}"));
        request.Headers.Add("X-Vault-Token", await Token(cancel));
        request.Headers.Add("X-Vault-Request", "true");
        if (options.Namespace is { } space) request.Headers.Add("X-Vault-Namespace", space);
        if (body is not null) request.Content = JsonContent.Create(body);
        HttpResponseMessage answer;
        try
        {
            answer = await client.SendAsync(request, cancel);
        }
        catch (Exception cause) when (cause is HttpRequestException
            || (cause is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new KeysUnavailableException(Name, cause.GetType().Name, Soon, cause);
        }

        if (answer.IsSuccessStatusCode) return answer;
        using (answer)
        {
            // 400 for a ciphertext that does not open; 403 for a token, 404 for a path, 429, 472, 473 and 5xx for a server that cannot now.
            if (answer.StatusCode == HttpStatusCode.BadRequest && path.StartsWith("decrypt/", StringComparison.Ordinal))
                throw new SealBrokenException(SealFault.WrappedKey);
            throw new KeysUnavailableException(Name, $"HTTP {(int)answer.StatusCode}", Soon) { IsOfOneKey = IsOfOneKey(answer.StatusCode) };
        }
    }

    private async ValueTask<string> Token(CancellationToken cancel)
    {
        try
        {
            return (await File.ReadAllTextAsync(options.TokenFile, cancel)).Trim();
        }
        catch (IOException cause)
        {
            throw new KeysUnavailableException(Name, "no token file", Soon, cause);
        }
    }

    // The server is there and refuses this call: others may be answered.
    private static bool IsOfOneKey(HttpStatusCode status) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound;

    private static string Escaped(string part) => Uri.EscapeDataString(part);

    private sealed record DataOf<T>(T? Data)
        where T : class;

    private sealed record KeyAnswer([property: JsonPropertyName("latest_version")] long LatestVersion);

    private sealed record CipherAnswer(string Ciphertext, [property: JsonPropertyName("key_version")] long KeyVersion);

    private sealed record PlainAnswer(byte[] Plaintext);
}
