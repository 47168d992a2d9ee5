using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Server.Tests.Isolation;

/// <summary>A good access token, bent in every way that the literature knows (RFC 8725 and the attacks it answers).</summary>
internal sealed class BentTokens
{
    private readonly JsonObject header;
    private readonly JsonObject payload;
    private readonly string good;
    private readonly byte[] signature;
    private readonly JsonObject publicKey;

    public BentTokens(string token, JsonElement keys)
    {
        good = token;
        var parts = token.Split('.');
        header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.AsObject();
        payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        signature = Base64Url.DecodeFromChars(parts[2]);
        publicKey = JsonNode.Parse(keys.GetProperty("keys")[0].GetRawText())!.AsObject();
    }

    public IEnumerable<(string How, string Token)> All() =>
        [.. Unsigned(), .. ByPublicKey(), .. OwnRules(), .. Claims(), .. Signatures(), .. Shapes()];

    private IEnumerable<(string, string)> Unsigned()
    {
        foreach (var algorithm in new[] { "none", "None", "NoNe", "NONE", "nOnE", "" })
        {
            var signed = Signed(With("alg", algorithm), payload);
            yield return ($"alg {algorithm}, no signature", $"{signed}.");
            yield return ($"alg {algorithm}, old signature", $"{signed}.{Base64Url.EncodeToString(signature)}");
        }
    }

    /// <summary>The public key taken for the secret of an HMAC, in the forms that servers have kept it.</summary>
    private IEnumerable<(string, string)> ByPublicKey()
    {
        var (x, y) = (Base64Url.DecodeFromChars(Text("x")), Base64Url.DecodeFromChars(Text("y")));
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
        byte[][] secrets =
        [
            [.. x, .. y], [4, .. x, .. y], key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()),
            Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n"), Encoding.UTF8.GetBytes(publicKey.ToJsonString()),
        ];
        foreach (var secret in secrets)
        {
            var signed = Signed(With("alg", "HS256"), payload);
            yield return ("HS256 with the public key",
                $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}");
        }
    }

    /// <summary>A header that brings its own key, or leads to one.</summary>
    private IEnumerable<(string, string)> OwnRules()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = own.ExportParameters(includePrivateParameters: false).Q;
        var jwk = new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
        };
        foreach (var (name, value) in new (string, JsonNode)[]
        {
            ("jwk", jwk), ("jku", "https://127.0.0.1:1/keys"), ("x5u", "https://127.0.0.1:1/cert"), ("x5c", new JsonArray("MIIB")),
            ("crit", new JsonArray("exp")), ("zip", "DEF"), ("b64", false), ("kid", "../../../../dev/null"), ("kid", "/dev/null"),
            ("kid", "x' union select 'key"), ("kid", ""), ("kid", "none"), ("typ", "JWT"), ("typ", "id+jwt"), ("cty", "JWT"),
        })
        {
            var signed = Signed(With(name, value.DeepClone()), payload);
            var byOwn = own.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
            yield return ($"{name} {value}, own key", $"{signed}.{Base64Url.EncodeToString(byOwn)}");
            yield return ($"{name} {value}, old signature", $"{signed}.{Base64Url.EncodeToString(signature)}");
        }
    }

    private IEnumerable<(string, string)> Claims()
    {
        foreach (var (name, value) in new[]
        {
            ("tenant", "south"), ("role", "admin"), ("sub", "somebody"), ("sid", "another"), ("aud", "another"),
            ("iss", "https://a.example"),
            ("exp", "4102444800"), ("patient", "south-record"),
        })
        {
            var changed = payload.DeepClone().AsObject();
            changed[name] = value;
            yield return ($"{name} changed", $"{Signed(header, changed)}.{Base64Url.EncodeToString(signature)}");
            var twice = payload.ToJsonString()[..^1] + $",\"{name}\":\"{value}\"}}";
            yield return ($"{name} twice", $"{good.Split('.')[0]}.{Encode(twice)}.{Base64Url.EncodeToString(signature)}");
        }
    }

    private IEnumerable<(string, string)> Signatures()
    {
        var signed = good[..good.LastIndexOf('.')];
        byte[] der = [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01];
        foreach (var (how, bytes) in new (string, byte[])[]
        {
            ("r and s zero", new byte[64]), ("63 bytes", signature[..63]), ("65 bytes", [.. signature, 0]), ("62 bytes", signature[..62]),
            ("r zero", [.. new byte[32], .. signature[32..]]), ("s zero", [.. signature[..32], .. new byte[32]]), ("DER", der),
            ("one bit", [.. signature[..63], (byte)(signature[63] ^ 1)]), ("nothing", []), ("reversed", [.. signature.Reverse()]),
        })
        {
            yield return ($"signature: {how}", $"{signed}.{Base64Url.EncodeToString(bytes)}");
        }
    }

    private IEnumerable<(string, string)> Shapes()
    {
        yield return ("four segments", good + ".x");
        yield return ("two segments", good[..good.LastIndexOf('.')]);
        yield return ("five empty segments", "....");
        yield return ("padding", good + "=");
        yield return ("too long", good + new string('A', 9000));
        yield return ("nested", $"{Encode(good)}.{Encode(good)}.{Encode(good)}");
        yield return ("header is no object", $"{Encode("[]")}.{good.Split('.')[1]}.{good.Split('.')[2]}");
    }

    private JsonObject With(string name, JsonNode? value)
    {
        var changed = header.DeepClone().AsObject();
        changed[name] = value;
        return changed;
    }

    private string Text(string name) => publicKey[name]!.GetValue<string>();

    private static string Signed(JsonObject header, JsonObject payload) =>
        $"{Encode(header.ToJsonString())}.{Encode(payload.ToJsonString())}";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
