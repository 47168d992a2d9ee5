using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.AuditVerifier;

/// <summary>A checkpoint in a signed note (C2SP tlog-checkpoint and signed-note).</summary>
internal sealed record Note(string Text, string Origin, long Size, byte[] Root, byte[]? NewKey, IReadOnlyList<Signature> Signatures)
{
    public const string KeyName = "vagus/audit";
    private const int MostSignatures = 16;

    /// <summary>Null where it is none.</summary>
    public static Note? Parse(string note)
    {
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !note.EndsWith('\n')) return null;
        var text = note[..(end + 1)];
        if (text.Split('\n') is not [var origin, var size, var root, .. var further]) return null;
        if (!long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var leaves)) return null;
        if (Base64(root) is not { Length: 32 } hash) return null;
        var newKey = further is [var line, ..] && line.StartsWith("key ", StringComparison.Ordinal) ? Base64(line[4..]) : null;
        var signatures = note[(end + 2)..].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Take(MostSignatures)
            .Select(each => each.Split(' '))
            .Where(parts => parts is ["—", KeyName, _])
            .Select(parts => Base64(parts[2]))
            .Where(bytes => bytes is { Length: > 4 })
            .Select(bytes => new Signature(Convert.ToHexStringLower(bytes!.AsSpan(0, 4)), bytes![4..]));
        return new Note(text, origin, leaves, hash, newKey, [.. signatures]);
    }

    public static byte[]? Base64(string text)
    {
        var bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : null;
    }
}

/// <summary>One signature line.</summary>
/// <param name="Key">The id of the key: eight hexadecimal digits.</param>
/// <param name="Bytes">ASN.1 DER.</param>
internal sealed record Signature(string Key, byte[] Bytes);

/// <summary>How a note stands to the keys that are trusted.</summary>
internal enum Trust
{
    Signed,

    /// <summary>No trusted key has signed it.</summary>
    Unknown,

    /// <summary>The signature of a trusted key does not hold.</summary>
    Forged,
}

/// <summary>The public keys that are trusted, by id.</summary>
internal sealed class TrustedKeys
{
    private readonly Dictionary<string, ECDsa> keys = new(StringComparer.Ordinal);

    public int Count => keys.Count;

    /// <summary>Adds a line <c>name+id+base64(type | key)</c>; false where it is none.</summary>
    public bool AddLine(string line)
    {
        if (line.Trim().Split('+', 3) is not [Note.KeyName, _, var encoded]) return false;
        if (Note.Base64(encoded) is not [2, .. var publicKey]) return false;
        Add(publicKey);
        return true;
    }

    public void Add(byte[] publicKey)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        keys[IdOf(publicKey)] = key;
    }

    public Trust Judge(Note note)
    {
        var known = note.Signatures.Where(each => keys.ContainsKey(each.Key)).ToList();
        if (known.Count == 0) return Trust.Unknown;
        return known.TrueForAll(each => Holds(keys[each.Key], note, each)) ? Trust.Signed : Trust.Forged;
    }

    /// <summary>Learns the key that a bridge brings: a trusted key has signed it, and the new one too.</summary>
    public void Learn(Note note)
    {
        // Only a trusted key's word makes these bytes worth reading.
        if (note.NewKey is not { } publicKey || keys.ContainsKey(IdOf(publicKey)) || Judge(note) != Trust.Signed) return;
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        if (note.Signatures.Any(each => each.Key == IdOf(publicKey) && Holds(key, note, each))) Add(publicKey);
    }

    private static bool Holds(ECDsa key, Note note, Signature signature) => key.VerifyData(
        Encoding.UTF8.GetBytes(note.Text), signature.Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static string IdOf(byte[] publicKey) => Convert.ToHexStringLower(SHA256.HashData(publicKey).AsSpan(0, 4));
}
