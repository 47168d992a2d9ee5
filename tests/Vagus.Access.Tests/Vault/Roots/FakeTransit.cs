using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Vagus.Access.Tests.Vault.Roots;

/// <summary>HashiCorp Vault's transit engine: encrypt, decrypt, keys and rotate, with associated data.</summary>
internal sealed class FakeTransit : FakeProvider
{
    private readonly List<byte[]> versions = [RandomNumberGenerator.GetBytes(32)];

    public string Token { get; set; } = "s.first";

    protected override async Task Answer(HttpContext context)
    {
        if (context.Request.Headers["X-Vault-Token"] != Token)
        {
            await Write(context, 403, new JsonObject { ["errors"] = new JsonArray("permission denied") });
            return;
        }

        var path = context.Request.Path.Value!;
        Assert.StartsWith("/v1/transit/", path, StringComparison.Ordinal);
        if (path.EndsWith("/rotate", StringComparison.Ordinal)) versions.Add(RandomNumberGenerator.GetBytes(32));
        if (path.StartsWith("/v1/transit/keys/", StringComparison.Ordinal))
        {
            await Write(context, 200, new JsonObject { ["data"] = new JsonObject { ["latest_version"] = versions.Count } });
            return;
        }

        var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        try
        {
            var data = path == "/v1/transit/encrypt/vagus" ? Encrypt(body) : Decrypt(body);
            await Write(context, 200, new JsonObject { ["data"] = data });
        }
        catch (CryptographicException)
        {
            await Write(context, 400, new JsonObject { ["errors"] = new JsonArray("cipher: message authentication failed") });
        }
    }

    private static Task Write(HttpContext context, int status, JsonObject answer)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Encrypt(JsonObject body)
    {
        var plain = Bytes(body, "plaintext");
        var (nonce, sealedTo, tag) = (RandomNumberGenerator.GetBytes(12), new byte[plain.Length], new byte[16]);
        using var gcm = new AesGcm(versions[^1], 16);
        gcm.Encrypt(nonce, plain, sealedTo, tag, Bytes(body, "associated_data"));
        var text = $"vault:v{versions.Count}:{Convert.ToBase64String([.. nonce, .. tag, .. sealedTo])}";
        return new JsonObject { ["ciphertext"] = text, ["key_version"] = versions.Count };
    }

    private JsonObject Decrypt(JsonObject body)
    {
        var parts = body["ciphertext"]!.GetValue<string>().Split(':');
        var blob = Convert.FromBase64String(parts[2]);
        var plain = new byte[blob.Length - 28];
        using var gcm = new AesGcm(versions[int.Parse(parts[1].AsSpan(1), CultureInfo.InvariantCulture) - 1], 16);
        gcm.Decrypt(blob.AsSpan(0, 12), blob.AsSpan(28), blob.AsSpan(12, 16), plain, Bytes(body, "associated_data"));
        return new JsonObject { ["plaintext"] = Convert.ToBase64String(plain) };
    }

    private static byte[] Bytes(JsonObject body, string name) => Convert.FromBase64String(body[name]!.GetValue<string>());
}
