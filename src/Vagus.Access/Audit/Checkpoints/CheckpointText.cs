using System.Security.Cryptography;
using System.Text;
using Vagus.Kernel;

namespace Vagus.Access.Audit.Checkpoints;

/// <summary>The text of a checkpoint (C2SP tlog-checkpoint) and of the signed note around it (C2SP signed-note).</summary>
internal static class CheckpointText
{
    /// <summary>
    /// What is signed: origin, size and root; in a bridge also the key that comes, for which the key that leaves vouches.
    /// </summary>
    public static string Of(TenantId tenant, long size, byte[] root, CheckpointKey? bridgeTo = null)
    {
        var text = AuditCheckpoint.TextOf(tenant, size, root);
        return bridgeTo is null ? text : $"{text}key {Convert.ToBase64String(bridgeTo.PublicKey)}\n";
    }

    public static string Sign(string text, params CheckpointKey[] keys) =>
        $"{text}\n{string.Concat(keys.Select(key => key.SignatureLine(text)))}";

    /// <summary>The root that a note of ours names.</summary>
    public static byte[] RootOf(string note) =>
        note.Split('\n') is [_, _, var root, ..] && Convert.FromBase64String(root) is { Length: SHA256.HashSizeInBytes } bytes
            ? bytes
            : throw new FormatException("A stored checkpoint is none.");

    public static byte[] Bytes(string note) => Encoding.UTF8.GetBytes(note);
}
