using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Charts;

/// <summary>
/// An event that charts are made of and that no record tells again: a viewing, an alert, a signature. Charts keep it for good
/// (<c>chart_event</c>), since the log does not.
/// </summary>
internal sealed record JournalEvent(long Position, DateTimeOffset At, string EventId, string Type)
{
    public static IReadOnlySet<string> Types { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "lab.result.viewed", "lab.critical.alert", "lab.critical.corrected", "radiology.critical.alert",
        "pharmacy.allergy.contraindication", "encounter.signed", "radiology.image.uploaded", "alert.raised", "alert.acknowledged", "alert.escalated", "alert.resolved",
    };

    /// <summary>The record that it is about, with version.</summary>
    public required string? Resource { get; init; }

    public required IReadOnlyList<string> Patients { get; init; }

    /// <summary>The labels of the record that it is about; nothing of other records is taken from it.</summary>
    public required Sensitivity Labels { get; init; }

    public required bool Released { get; init; }

    public required string? PortalType { get; init; }

    public required byte[] Body { get; init; }

    public static JournalEvent Of(LoggedEvent logged) => new(logged.Position, logged.OccurredAt, logged.EventId, logged.Type)
    {
        Resource = logged.Resource,
        Patients = [.. logged.Patients.Select(patient => patient.Value)],
        Labels = OwnLabels(logged),
        Released = logged.Released ?? false,
        PortalType = logged.PortalType,
        Body = logged.Body,
    };

    public void Keep(WriteTransaction write) => write.Insert(
        ChartTables.Events, write.Tenant.Value, Position, At.ToMicroseconds(), EventId, Type, Resource, string.Join(' ', Patients),
        (long)Labels, Released, PortalType, Body);

    public static ValueTask<List<JournalEvent>> Between(WriteTransaction write, long first, long last, CancellationToken cancel) =>
        write.Query(Read, [write.Tenant.Value, first, last], Map, cancel);

    public static async ValueTask<bool> IsKept(WriteTransaction write, long position, CancellationToken cancel) =>
        await write.QueryOne(Known, [write.Tenant.Value, position], row => row.GetInt64(0), cancel) > 0;

    private static Sensitivity OwnLabels(LoggedEvent logged)
    {
        if (logged.Draws.Count == 0 || logged.Resource is not { } resource) return logged.Labels;
        var own = logged.Draws.FirstOrDefault(draw => resource.StartsWith($"{draw.Type}/{draw.Id}/", StringComparison.Ordinal));
        return own?.Labels ?? Sensitivity.None;
    }

    private static JournalEvent Map(DbDataReader row) =>
        new(row.GetInt64(0), Instant.FromMicroseconds(row.GetInt64(1)), row.GetString(2), row.GetString(3))
        {
            Resource = row.IsDBNull(4) ? null : row.GetString(4),
            Patients = row.GetString(5).Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Labels = (Sensitivity)row.GetInt64(6),
            Released = row.GetBoolean(7),
            PortalType = row.IsDBNull(8) ? null : row.GetString(8),
            Body = (byte[])row.GetValue(9),
        };

    private static readonly Statement Read = new("""
        select position, at, event_id, type, resource, patients, labels, released, portal_type, body
        from chart_event
        where tenant_id = @tenant_id
          and position between @first and @last
        order by position
        """);

    private static readonly Statement Known = new("""
        select count(*)
        from chart_event
        where tenant_id = @tenant_id
          and position = @position
        """);
}
