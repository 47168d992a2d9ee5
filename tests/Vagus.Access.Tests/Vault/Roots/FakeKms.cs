using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Vagus.Access.Tests.Vault.Roots;

/// <summary>AWS KMS' JSON 1.1: Encrypt, Decrypt and ReEncrypt with an encryption context. Signatures are not checked.</summary>
internal sealed class FakeKms : FakeProvider
{
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);

    protected override async Task Answer(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        var verb = context.Request.Headers["X-Amz-Target"].ToString().Split('.')[^1];
        Assert.StartsWith("AWS4-HMAC-SHA256 ", context.Request.Headers.Authorization.ToString(), StringComparison.Ordinal);
        try
        {
            var answer = verb switch
            {
                "Encrypt" => Encrypted(
                    Text(body, "KeyId"), Convert.FromBase64String(Text(body, "Plaintext")), Bound(body, "EncryptionContext")),
                "Decrypt" => Decrypted(body),
                "ReEncrypt" => Encrypted(
                    Text(body, "DestinationKeyId"), Open(Text(body, "SourceKeyId"), body, "SourceEncryptionContext"),
                    Bound(body, "DestinationEncryptionContext")),
                _ => throw new InvalidOperationException(verb),
            };
            await Write(context, 200, answer);
        }
        catch (CryptographicException)
        {
            await Write(context, 400, new JsonObject { ["__type"] = "InvalidCiphertextException", ["message"] = "" });
        }
    }

    private static Task Write(HttpContext context, int status, JsonObject answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.1";
        return context.Response.WriteAsync(answer.ToJsonString());
    }

    private JsonObject Encrypted(string keyId, byte[] plain, byte[] bound)
    {
        var (nonce, sealedTo, tag) = (RandomNumberGenerator.GetBytes(12), new byte[plain.Length], new byte[16]);
        using var gcm = new AesGcm(KeyOf(keyId), 16);
        gcm.Encrypt(nonce, plain, sealedTo, tag, bound);
        return new JsonObject { ["CiphertextBlob"] = Convert.ToBase64String([.. nonce, .. tag, .. sealedTo]), ["KeyId"] = keyId };
    }

    private JsonObject Decrypted(JsonObject body) =>
        new() { ["Plaintext"] = Convert.ToBase64String(Open(Text(body, "KeyId"), body, "EncryptionContext")) };

    private byte[] Open(string keyId, JsonObject body, string context)
    {
        var blob = Convert.FromBase64String(Text(body, "CiphertextBlob"));
        var plain = new byte[blob.Length - 28];
        using var gcm = new AesGcm(KeyOf(keyId), 16);
        gcm.Decrypt(blob.AsSpan(0, 12), blob.AsSpan(28), blob.AsSpan(12, 16), plain, Bound(body, context));
        return plain;
    }

    private byte[] KeyOf(string id) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(id));

    private static string Text(JsonObject body, string name) => body[name]!.GetValue<string>();

    private static byte[] Bound(JsonObject body, string name)
    {
        var pairs = JsonSerializer.Deserialize<SortedDictionary<string, string>>(body[name]!)!;
        Assert.Equal(["tenant", "version"], pairs.Keys);
        return Encoding.UTF8.GetBytes(string.Join('\n', pairs.Select(pair => $"{pair.Key}={pair.Value}")));
    }
}
