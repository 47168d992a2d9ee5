using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vagus.SocketIO.Recovery;

/// <summary>What a <c>pid</c> says: which socket, whose, and where its stream stood when it began.</summary>
internal sealed record SessionClaim(string Namespace, string SocketId, string Identity, string Since);

/// <summary>Turns a claim into a <c>pid</c> that only a holder of the key can make or read (AES-256-GCM).</summary>
internal sealed class SessionSeal(byte[]? key, IReadOnlyList<byte[]> former)
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int LongestPid = 2_048;

    private readonly byte[] _key = key ?? RandomNumberGenerator.GetBytes(32);

    internal string Seal(SessionClaim claim)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(claim, SessionJson.Default.SessionClaim);
        var pid = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(pid.AsSpan(0, NonceLength));
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(pid.AsSpan(0, NonceLength), plain, pid.AsSpan(NonceLength + TagLength), pid.AsSpan(NonceLength, TagLength));
        return Base64Url.EncodeToString(pid);
    }

    /// <summary>Null for anything that neither this key nor a former one has sealed.</summary>
    internal SessionClaim? Open(string pid)
    {
        if (pid.Length > LongestPid || !Base64Url.IsValid(pid)) return null;

        var bytes = Base64Url.DecodeFromChars(pid);
        if (bytes.Length <= NonceLength + TagLength) return null;

        foreach (var each in former.Prepend(_key))
        {
            if (Open(each, bytes) is { } plain) return JsonSerializer.Deserialize(plain, SessionJson.Default.SessionClaim);
        }
        return null;
    }

    private static byte[]? Open(byte[] key, byte[] bytes)
    {
        var plain = new byte[bytes.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(bytes.AsSpan(0, NonceLength), bytes.AsSpan(NonceLength + TagLength), bytes.AsSpan(NonceLength, TagLength), plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(SessionClaim))]
internal sealed partial class SessionJson : JsonSerializerContext;
