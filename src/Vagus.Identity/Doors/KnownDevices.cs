using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Vault;

namespace Vagus.Identity.Doors;

/// <summary>
/// What a browser keeps of the accounts that have signed in there: a mark for each, which says nothing to whoever reads it and is compared
/// with an account only when somebody signs in to it. It opens nothing: devices that know the account have attempts and places apart from
/// those of strangers, so that guessing from elsewhere does not hold them up.
/// </summary>
internal sealed class KnownDevices(RootKey root, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    // Wards share browsers.
    public const int MostAccounts = 8;
    private const int IdBytes = 16;
    private const int DayBytes = 4;
    private const int MacBytes = 16;
    private const int MarkBytes = IdBytes + DayBytes + MacBytes;
    private const int MarkLetters = 48;
    private const char Separator = '.';
    private const string Purpose = "known-device";

    /// <summary>The account has signed in there lately.</summary>
    public bool Knows(string? kept, string account)
    {
        List<byte[]> keys = [.. root.DeriveEach(Purpose)];
        return MarksOf(kept).Exists(mark => IsOf(keys, mark, account));
    }

    /// <summary>What the device keeps once the account has signed in there: a new mark of its own, and those of others.</summary>
    public string With(string? kept, string account)
    {
        var mark = new byte[MarkBytes];
        RandomNumberGenerator.Fill(mark.AsSpan(0, IdBytes));
        BinaryPrimitives.WriteInt32BigEndian(mark.AsSpan(IdBytes), DayOf(clock.GetUtcNow() + Lifetime));
        Mac(root.Derive(Purpose), mark, account).CopyTo(mark.AsSpan(IdBytes + DayBytes));
        List<byte[]> keys = [.. root.DeriveEach(Purpose)];
        var others = MarksOf(kept).Where(other => !IsOf(keys, other, account)).Take(MostAccounts - 1);
        return string.Join(Separator, others.Prepend(mark).Select(each => Base64Url.EncodeToString(each)));
    }

    /// <summary>Those whose time is not over; what is no mark is passed over.</summary>
    private List<byte[]> MarksOf(string? kept)
    {
        var marks = new List<byte[]>();
        foreach (var text in (kept ?? "").Split(Separator, MostAccounts + 1).Take(MostAccounts))
        {
            var mark = new byte[MarkBytes];
            // What is no Base64 at all would be an exception.
            if (text.Length != MarkLetters || !Base64Url.IsValid(text, out var length) || length != MarkBytes) continue;
            Base64Url.DecodeFromChars(text, mark);
            if (BinaryPrimitives.ReadInt32BigEndian(mark.AsSpan(IdBytes)) >= DayOf(clock.GetUtcNow())) marks.Add(mark);
        }

        return marks;
    }

    private static bool IsOf(List<byte[]> keys, byte[] mark, string account) => keys.Exists(
        key => CryptographicOperations.FixedTimeEquals(Mac(key, mark, account), mark.AsSpan(IdBytes + DayBytes)));

    private static byte[] Mac(byte[] key, byte[] mark, string account)
    {
        byte[] text = [.. mark.AsSpan(0, IdBytes + DayBytes), .. Encoding.UTF8.GetBytes(account)];
        return HMACSHA256.HashData(key, text)[..MacBytes];
    }

    private static int DayOf(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / 86_400);
}
