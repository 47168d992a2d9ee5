using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Events;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Care.Publishing;

/// <summary>Which events are asked for; null: all.</summary>
internal sealed record ReplayQuestion(long Since, IReadOnlyList<string>? Types, string? Patient, int Limit, TimeSpan Wait)
{
    public bool Wants(LoggedEvent @event) =>
        (Types is null || Types.Any(name => Names(name, @event.Type)))
        && (Patient is null || @event.Patients.Any(patient => patient.Value == Patient));

    public static bool IsKnown(string name) => EventCatalogue.All.Any(type => Names(name, type.Name));

    private static bool Names(string name, string type) =>
        name.EndsWith(".*", StringComparison.Ordinal) ? type.StartsWith(name[..^1], StringComparison.Ordinal) : name == type;
}

/// <summary>Reads the log for one caller, as the live feed reads it for many: the same facts, the same rule, as things stand now.</summary>
internal sealed class ReadLog(EventLog log, ResourcesNow resources)
{
    private const int PageSize = 256;
    private const int MostLookedAt = 20 * PageSize;

    public async ValueTask<ReplayedEvents> Read(Reach reach, TenantPolicy policy, ReplayQuestion question, CancellationToken cancel)
    {
        var (items, patients) = (new List<JsonElement>(), new HashSet<PatientId>());
        var last = question.Since;
        for (var looked = 0; looked < MostLookedAt;)
        {
            var page = await log.Read(reach.Tenant, last, PageSize, cancel);
            var wanted = page.Where(question.Wants).ToList();
            var now = await Now(reach.Tenant, wanted, cancel);
            foreach (var row in page)
            {
                last = row.Position;
                if (!question.Wants(row) || SeenBy(reach, policy, question, row, now) is not { } seen) continue;
                items.Add(seen.Event);
                patients.UnionWith(seen.Patients);
                if (items.Count == question.Limit) return new ReplayedEvents(items, last) { Patients = patients };
            }

            looked += page.Count;
            if (page.Count < PageSize) break;
        }

        return new ReplayedEvents(items, last) { Patients = patients };
    }

    /// <summary>How the resources stand now; only where something was narrowed after the first of the rows.</summary>
    private async ValueTask<IReadOnlyDictionary<AskedResource, ResourceNow>?> Now(
        TenantId tenant, List<LoggedEvent> rows, CancellationToken cancel)
    {
        if (rows.Count == 0 || rows[0].Position >= rows[^1].NarrowedAt) return null;
        var asked = rows.TakeWhile(row => row.Position < rows[^1].NarrowedAt).SelectMany(EventFactsReader.AskedFor).ToHashSet();
        return await resources.Of(tenant, asked, cancel);
    }

    private static Seen? SeenBy(
        Reach reach, TenantPolicy policy, ReplayQuestion question, LoggedEvent row, IReadOnlyDictionary<AskedResource, ResourceNow>? now)
    {
        JsonElement data;
        try
        {
            data = JsonElement.Parse(row.Body);
        }
        catch (JsonException)
        {
            // It has no form on any wire, and what follows must go on.
            return null;
        }

        if (data.ValueKind != JsonValueKind.Object) return null;
        var facts = EventFactsReader.Read(row, ResourceEvent.Of(row, data), data, row.Position < row.NarrowedAt ? now : null);
        if (EventVisibility.Sees(reach, facts.Whole, policy)) return new Seen(Envelope(row, row.Body), row.Patients);
        if (row.OpenBody is not { } open || !EventVisibility.Sees(reach, facts.Open, policy)) return null;
        if (!IsNameless(open)) return new Seen(Envelope(row, open), row.Patients);
        // Who asks for one patient's events would learn whose this one is.
        return question.Patient is null ? new Seen(Envelope(row, open, isNameless: true), []) : null;
    }

    /// <summary>An event in the form that the caller sees, and the patients whom that form tells of.</summary>
    private sealed record Seen(JsonElement Event, IReadOnlyList<PatientId> Patients);

    /// <summary>The open form may know of no patient where the whole one does.</summary>
    private static bool IsNameless(byte[] open) =>
        JsonElement.Parse(open).TryGetProperty("patientId", out var patient) && patient.ValueKind == JsonValueKind.Null;

    private static JsonElement Envelope(LoggedEvent row, byte[] body, bool isNameless = false)
    {
        var envelope = row.ToCloudEvent($"/tenants/{row.Tenant}", body);
        return JsonElement.Parse((isNameless ? envelope with { Subject = null } : envelope).ToUtf8Json());
    }
}
