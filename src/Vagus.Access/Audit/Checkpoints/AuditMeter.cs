using System.Diagnostics.Metrics;

namespace Vagus.Access.Audit.Checkpoints;

/// <summary>What operators watch of the audit's proofs: <c>vagus.audit.*</c>. Labels name sinks, never tenants.</summary>
internal sealed class AuditMeter
{
    public const string Name = "Vagus.Access";

    private readonly Counter<long> signed;
    private readonly Counter<long> anchored;
    private readonly Counter<long> failed;
    private readonly Counter<long> inconsistent;
    private volatile IReadOnlyList<(string Sink, long Since)> complete = [];

    public AuditMeter(IMeterFactory meters, TimeProvider clock)
    {
        var meter = meters.Create(Name);
        signed = meter.CreateCounter<long>("vagus.audit.checkpoints", "{checkpoint}", "Checkpoints signed by this node.");
        anchored = meter.CreateCounter<long>("vagus.audit.anchors", "{anchor}", "Anchors written, by sink.");
        failed = meter.CreateCounter<long>("vagus.audit.anchor.failures", "{failure}", "Rounds in which a sink took no anchor, by sink.");
        inconsistent = meter.CreateCounter<long>(
            "vagus.audit.inconsistencies", "{finding}", "Logs that did not go on from what was signed before: run vagus audit verify.");
        meter.CreateObservableGauge(
            "vagus.audit.anchor.age",
            () => complete.Select(each => new Measurement<double>(clock.GetElapsedTime(each.Since).TotalSeconds, Tag(each.Sink))),
            "s",
            "Since a sink last had everything that was to be anchored, by sink; on the node that anchors.");
    }

    public void Signed(int count)
    {
        if (count > 0) signed.Add(count);
    }

    public void Anchored(string sink) => anchored.Add(1, Tag(sink));

    public void Failed(string sink) => failed.Add(1, Tag(sink));

    public void FoundInconsistent() => inconsistent.Add(1);

    /// <summary>The sink has everything as of this timestamp.</summary>
    public void Complete(string sink, long timestamp) => complete = [.. complete.Where(each => each.Sink != sink), (sink, timestamp)];

    private static KeyValuePair<string, object?> Tag(string sink) => new("sink", sink);
}
