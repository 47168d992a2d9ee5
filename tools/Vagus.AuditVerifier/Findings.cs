using System.Text.Json;

namespace Vagus.AuditVerifier;

/// <summary>What the verification of one log came to. Exit codes: the worst of all logs.</summary>
internal enum Verdict
{
    Ok = 0,
    AnchorsMissing = 11,
    KeyUnknown = 12,
    Tampered = 10,
}

/// <summary>What is found while one log is read.</summary>
internal sealed class Findings(string tenant)
{
    private long? firstBad;
    private long? lastBad;
    private string? tampering;

    public string? AnchorsMissing { get; set; }

    public string? KeyUnknown { get; set; }

    public long Entries { get; set; }

    public string Root { get; set; } = "";

    public int GoodAnchors { get; set; }

    public long LastGoodAnchor { get; set; }

    public long GoodCheckpoints { get; set; }

    public bool IsTampered => tampering is not null;

    public Verdict Verdict => IsTampered ? Verdict.Tampered
        : KeyUnknown is not null ? Verdict.KeyUnknown
        : AnchorsMissing is not null ? Verdict.AnchorsMissing : Verdict.Ok;

    /// <summary>The first finding is the one that is told; further ones can only extend what is affected.</summary>
    public void Tampered(long first, long last, string reason)
    {
        if (tampering is null) (firstBad, tampering) = (first, reason);
        lastBad = Math.Max(lastBad ?? last, last);
    }

    public void Write(TextWriter output, bool json) => output.WriteLine(json ? Json() : Line());

    private string Line() => Verdict switch
    {
        Verdict.Tampered => $"{tenant}: TAMPERED, first bad index {firstBad}, affected {firstBad} to {lastBad}, last good anchor {LastGoodAnchor}: {tampering}",
        Verdict.KeyUnknown => $"{tenant}: KEY UNKNOWN, {Entries} entries, last good anchor {LastGoodAnchor}: {KeyUnknown}",
        Verdict.AnchorsMissing => $"{tenant}: ANCHORS MISSING, {Entries} entries, last good anchor {LastGoodAnchor}: {AnchorsMissing}",
        _ => $"{tenant}: ok, {Entries} entries, {GoodAnchors} anchors, the last of size {LastGoodAnchor}, {GoodCheckpoints} checkpoints, root {Root}",
    };

    private string Json() => JsonSerializer.Serialize(new
    {
        tenant,
        verdict = Verdict.ToString(),
        entries = Entries,
        root = Root,
        anchors = GoodAnchors,
        lastGoodAnchor = LastGoodAnchor,
        checkpoints = GoodCheckpoints,
        firstBad,
        lastBad,
        reason = tampering ?? KeyUnknown ?? AnchorsMissing,
    });
}
