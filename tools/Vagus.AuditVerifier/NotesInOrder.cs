namespace Vagus.AuditVerifier;

/// <summary>The anchors and checkpoints of one log, by size: each is judged by its signatures and compared with its tree.</summary>
internal sealed class NotesInOrder : IDisposable
{
    private readonly string origin;
    private readonly TrustedKeys keys;
    private readonly IReadOnlyList<AnchorFile> anchors;
    private readonly IEnumerator<(long Size, string Note)> checkpoints;
    private int nextAnchor;
    private bool moreCheckpoints;
    private long lastGood;

    public NotesInOrder(string tenant, TrustedKeys keys, IReadOnlyList<AnchorFile> anchors, IEnumerable<(long Size, string Note)> stored)
    {
        (origin, this.keys, this.anchors) = ($"{Note.KeyName}/{tenant}", keys, anchors);
        checkpoints = stored.GetEnumerator();
        moreCheckpoints = checkpoints.MoveNext();
    }

    public long NextSize => Math.Min(
        nextAnchor < anchors.Count ? anchors[nextAnchor].Size : long.MaxValue,
        moreCheckpoints ? checkpoints.Current.Size : long.MaxValue);

    /// <summary>All notes of this size against the root of the tree.</summary>
    public void Compare(long size, byte[] root, Findings findings)
    {
        var (before, anchorBefore) = (lastGood, findings.LastGoodAnchor);
        for (; moreCheckpoints && checkpoints.Current.Size == size; moreCheckpoints = checkpoints.MoveNext())
        {
            if (Trusted(Note.Parse(checkpoints.Current.Note), size, "a checkpoint", findings) is not { } note) continue;
            if (note.Root.AsSpan().SequenceEqual(root)) (findings.GoodCheckpoints, lastGood) = (findings.GoodCheckpoints + 1, size);
            else findings.Tampered(before, size - 1, $"the tree of size {size} is not that of its signed checkpoint");
        }

        for (; nextAnchor < anchors.Count && anchors[nextAnchor].Size == size; nextAnchor++)
        {
            if (Trusted(anchors[nextAnchor].Read(), size, "an anchor", findings) is not { } note) continue;
            if (!note.Root.AsSpan().SequenceEqual(root))
            {
                findings.Tampered(anchorBefore, size - 1, $"the tree of size {size} is not that of its anchor");
                continue;
            }

            (findings.GoodAnchors, findings.LastGoodAnchor, lastGood) = (findings.GoodAnchors + 1, size, size);
        }
    }

    /// <summary>What was signed of a log that was longer than this one is.</summary>
    public void Beyond(long size, Findings findings)
    {
        for (; nextAnchor < anchors.Count; nextAnchor++)
        {
            var signed = anchors[nextAnchor].Size;
            if (Trusted(anchors[nextAnchor].Read(), signed, "an anchor", findings) is not null)
                findings.Tampered(size, signed - 1, $"the log ends before entries that an anchor of size {signed} has");
        }

        for (; moreCheckpoints; moreCheckpoints = checkpoints.MoveNext())
        {
            var signed = checkpoints.Current.Size;
            if (Trusted(Note.Parse(checkpoints.Current.Note), signed, "a checkpoint", findings) is not null)
                findings.Tampered(size, signed - 1, $"the log ends before entries that a checkpoint of size {signed} has");
        }
    }

    /// <summary>The largest anchor that does not cover all entries before this index.</summary>
    public AnchorFile? LastAnchorBefore(long index) => anchors.LastOrDefault(anchor => anchor.Size < index);

    public void Dispose() => checkpoints.Dispose();

    private Note? Trusted(Note? note, long size, string what, Findings findings)
    {
        if (note is null || note.Origin != origin || note.Size != size)
        {
            // A damaged anchor proves nothing; a damaged checkpoint was written by another hand.
            if (what == "an anchor") findings.AnchorsMissing ??= $"{what} of size {size} is damaged";
            else findings.Tampered(lastGood, size - 1, $"{what} of size {size} is damaged");
            return null;
        }

        keys.Learn(note);
        switch (keys.Judge(note))
        {
            case Trust.Signed: return note;
            case Trust.Forged:
                findings.Tampered(lastGood, size - 1, $"the signature of {what} of size {size} does not hold");
                return null;
            default:
                findings.KeyUnknown ??= $"{what} of size {size} is signed with a key that is not trusted ({string.Join(", ", note.Signatures.Select(each => each.Key))})";
                return null;
        }
    }
}
