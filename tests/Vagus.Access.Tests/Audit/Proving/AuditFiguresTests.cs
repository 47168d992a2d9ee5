using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Vagus.Access.Audit.Anchors;
using Vagus.Storage.Sql;

namespace Vagus.Access.Tests.Audit.Proving;

/// <summary>The figures of docs/operations/metrics.md move when the thing happens.</summary>
public sealed class AuditFiguresTests
{
    [Fact]
    public async Task Checkpoints_anchors_failures_ages_and_inconsistencies_are_counted()
    {
        var told = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name.StartsWith("vagus.audit.", StringComparison.Ordinal)) listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => told[$"{instrument.Name} {Sink(tags)}".TrimEnd()] = count > 0);
        listener.SetMeasurementEventCallback<double>((instrument, seconds, tags, _) => told[$"{instrument.Name} {Sink(tags)}"] = seconds >= 0);
        listener.Start();

        await using (var log = await ProvedLog.Create(
            Engine.Sqlite, change: options => options with { S3 = "s3://anchors", S3Endpoint = new Uri("http://127.0.0.1:9") }))
        {
            await log.Append(300);
            await log.Storage.Get<AnchorRound>().Run(CancellationToken.None);
            await log.Anchor();
            await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
            await attacker.Run("update audit_head set frontier = @a", new byte[32]);
            await attacker.Run("update audit_head set size = 301");
            await log.Sign();
            listener.RecordObservableInstruments();
        }

        Assert.Superset(
            new HashSet<string>(
                [
                    "vagus.audit.checkpoints", "vagus.audit.anchors folder", "vagus.audit.anchor.failures s3", "vagus.audit.anchor.age folder",
                    "vagus.audit.inconsistencies",
                ]),
            new HashSet<string>(told.Where(each => each.Value).Select(each => each.Key)));
    }

    private static string Sink(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length == 0 ? "" : (string)tags[0].Value!;
}
