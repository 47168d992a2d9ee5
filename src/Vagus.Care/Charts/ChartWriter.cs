using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Charts;

/// <summary>
/// Brings a set of charts from one position of the log to the next: by a version of a record or by an event that no record tells. What held
/// before ends at the position, what holds now begins there. Live and anew, charts are made by this alone.
/// </summary>
internal sealed class ChartWriter(RecordVersions records)
{
    public async ValueTask Apply(WriteTransaction write, ChartSet set, RecordVersion version, CancellationToken cancel)
    {
        var resource = version.Body is { } body ? records.Read(body) : (JsonElement?)null;
        var type = resource?.Text("resourceType") ?? "";
        if (resource is not null && !RecordFacts.Types.Contains(type)) return;

        var rows = new FactRows(write, set.Number, version.Position, version.At);
        var origin = new FactOrigin(type, version.Rid, IsKept: true)
        {
            Version = version.Version,
            Labels = version.Labels,
            Released = version.Released,
        };
        if (version.Position <= set.Position && await rows.Has(version.Rid, cancel)) return;
        var isFirst = version.Version == 1 && version.Position > set.Position;
        var before = isFirst ? [] : await rows.Available(version.Rid, cancel);
        if (!isFirst) await rows.EndRecord(version.Rid, isDeleted: resource is null, cancel);
        var patients = resource is { } present ? records.PatientsOf(present, type) : [];
        var facts = resource is { } known ? RecordFacts.Of(known, type, version.At).ToList() : [];
        if (isFirst) await EndForeign(rows, patients, facts, cancel);
        foreach (var patient in patients)
        {
            foreach (var fact in facts) rows.Add(patient, origin, fact);
        }

        await NoteUnread(rows, origin, facts.Find(fact => fact.State is not null), patients, before, cancel);
    }

    public static ValueTask Apply(WriteTransaction write, ChartSet set, JournalEvent told, CancellationToken cancel) =>
        new TellChart(new FactRows(write, set.Number, told.Position, told.At), told).Apply(cancel);

    /// <summary>What another system told of the record before it came here: the record says more, and who may see it.</summary>
    private static async ValueTask EndForeign(
        FactRows rows, IReadOnlyList<string> patients, List<Fact> facts, CancellationToken cancel)
    {
        foreach (var patient in patients)
        {
            foreach (var fact in facts)
            {
                foreach (var kind in ForeignFacts.ToldAs(fact.Kind)) await rows.EndForeign(patient, kind, fact.Key, cancel);
            }
        }
    }

    /// <summary>A result is unread from when it becomes available, and again from when it is available in another form.</summary>
    private static async ValueTask NoteUnread(
        FactRows rows, FactOrigin origin, Fact? result, IReadOnlyList<string> patients, List<(string Patient, string State)> before,
        CancellationToken cancel)
    {
        var now = result is null ? [] : patients.Select(patient => (patient, result.State!)).Order().ToList();
        if (now.SequenceEqual(before.Order())) return;
        if (before.Count > 0) await rows.EndUnread(origin.Number, cancel);
        if (result is null) return;
        var (staff, portal) = result.Kind == FactKind.LabResult
            ? (FactKind.UnreadLab, FactKind.PortalUnreadLab) : (FactKind.UnreadImaging, FactKind.PortalUnreadImaging);
        foreach (var patient in patients)
        {
            rows.Add(patient, origin, new Fact(staff, result.Key, result.Sort, []));
            rows.Add(patient, origin, new Fact(portal, result.Key, result.Sort, []));
        }
    }
}
