using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Vagus.AuditVerifier;

/// <summary>A proof file (C2SP tlog-proof): that one entry is in the log of a signed checkpoint.</summary>
internal static class ProofFile
{
    /// <summary>Prints the entry, or why it is not proved.</summary>
    public static Verdict Verify(string text, TrustedKeys keys, TextWriter output)
    {
        var cut = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = cut < 0 ? [] : text[..cut].Split('\n');
        if (lines is not ["c2sp.org/tlog-proof@v1", var extra, var at, .. var path]
            || !extra.StartsWith("extra ", StringComparison.Ordinal) || Note.Base64(extra[6..]) is not { Length: >= 23 } leaf
            || !at.StartsWith("index ", StringComparison.Ordinal)
            || !long.TryParse(at.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || Note.Parse(text[(cut + 2)..]) is not { } note)
            return Say(output, Verdict.Tampered, "this is no proof of the audit");

        var (tenant, ownIndex, recordedAt, body) = Split(leaf);
        if (ownIndex != index || note.Origin != $"{Note.KeyName}/{tenant}")
            return Say(output, Verdict.Tampered, "the entry is of another log or index than the proof");

        switch (keys.Judge(note))
        {
            case Trust.Unknown: return Say(output, Verdict.KeyUnknown, $"no trusted key has signed: {string.Join(", ", note.Signatures.Select(each => each.Key))}");
            case Trust.Forged: return Say(output, Verdict.Tampered, "the signature does not hold");
        }

        var root = Tree.RootOfProof(Tree.Leaf(leaf), index, note.Size, [.. path.Select(line => Note.Base64(line) ?? [])]);
        if (root is null || !root.AsSpan().SequenceEqual(note.Root)) return Say(output, Verdict.Tampered, "the entry is not in the tree that was signed");

        output.WriteLine(body);
        return Say(output, Verdict.Ok, string.Create(
            CultureInfo.InvariantCulture,
            $"entry {index} of {tenant}, recorded at {DateTimeOffset.UnixEpoch.AddTicks(recordedAt * 10):O}, is in the log of size {note.Size}"));
    }

    private static (string Tenant, long Index, long RecordedAt, string Body) Split(byte[] leaf)
    {
        var rest = 3 + BinaryPrimitives.ReadUInt16BigEndian(leaf.AsSpan(1));
        if (leaf[0] != 1 || leaf.Length < rest + 20
            || BinaryPrimitives.ReadUInt32BigEndian(leaf.AsSpan(rest + 16)) != leaf.Length - rest - 20)
            return ("", -1, 0, "");
        return (
            Encoding.UTF8.GetString(leaf.AsSpan(3, rest - 3)), BinaryPrimitives.ReadInt64BigEndian(leaf.AsSpan(rest)),
            BinaryPrimitives.ReadInt64BigEndian(leaf.AsSpan(rest + 8)), Encoding.UTF8.GetString(leaf.AsSpan(rest + 20)));
    }

    private static Verdict Say(TextWriter output, Verdict verdict, string text)
    {
        output.WriteLine(verdict switch
        {
            Verdict.Ok => $"ok: {text}",
            Verdict.KeyUnknown => $"KEY UNKNOWN: {text}",
            _ => $"NOT PROVED: {text}",
        });
        return verdict;
    }
}
