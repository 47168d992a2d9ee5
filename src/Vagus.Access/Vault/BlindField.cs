using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Access.Vault;

/// <summary>
/// An identifier that is found by equality while it is stored sealed. For identifiers with many values only (record number, phone,
/// e-mail): the index shows which rows have equal values and how often, which gives a small set of values (a diagnosis, yes or no) away
/// to a reader of the database.
/// </summary>
public sealed record BlindField
{
    private const int FewestRows = 16;
    private const int MostBits = 64;

    /// <param name="name">Table and field, such as <c>patient.mrn</c>; never renamed.</param>
    /// <param name="bits">How much of the hash is kept: see <see cref="Plan"/>.</param>
    /// <param name="form">What counts as equal.</param>
    public BlindField(string name, int bits, BlindForm form)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, MostBits);
        (Name, Bits, Form) = (name, bits, form);
    }

    public string Name { get; }

    public int Bits { get; }

    public BlindForm Form { get; }

    /// <summary>
    /// How many bits a unique field of so many rows may have: a value shares its index with C = rows / 2^bits others, and
    /// 2 ≤ C ≤ √rows. More bits tell equal rows apart from others better, for the owner and for a thief.
    /// </summary>
    public static (int Fewest, int Most) Plan(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, FewestRows);
        var most = BitOperations.Log2((ulong)rows) - 1;
        var fewest = (int)Math.Ceiling(Math.Log2(rows) / 2);
        return (Math.Min(fewest, most), most);
    }

    internal string IndexOf(ReadOnlySpan<byte> key, string value)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(Normal(value)), hash);
        var bytes = (Bits + 7) / 8;
        // The bits that are kept are the first ones.
        hash[bytes - 1] &= (byte)(0xFF << ((bytes * 8) - Bits));
        return Convert.ToHexStringLower(hash[..bytes]);
    }

    private string Normal(string value) => Form switch
    {
        BlindForm.Letters => value.Trim().ToLowerInvariant(),
        BlindForm.Digits => string.Concat(value.Where(char.IsAsciiDigit)),
        _ => value,
    };
}

/// <summary>What counts as equal in a blind index.</summary>
public enum BlindForm
{
    Exact,

    /// <summary>
    /// Without space around, and without the difference of upper and lower case: e-mail. Unicode forms stay different: the runtime's
    /// normalization depends on how it is set, and an index may not.
    /// </summary>
    Letters,

    /// <summary>The digits alone: phone numbers.</summary>
    Digits,
}
