using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Writing;

/// <summary>
/// Whether a write takes a resource out of somebody's sight: a label is added, a release withdrawn, a compartment or a Task left.
/// </summary>
internal static class Narrowing
{
    /// <summary>Who could see the resource before, where somebody of them no longer can; else null.</summary>
    public static FormerReach? Of(CurrentRow current, FormerReach before, PreparedResource after, EventAudience? parties)
    {
        var stays = after.Patients.ToHashSet(StringComparer.Ordinal);
        // What comes back after a deletion begins anew: its label may hide the versions before, and no patient sees them any more.
        if (current.Deleted) return FormerReach.Nothing;
        var narrows = !before.Labels.Cover(after.Labels)
            || (before.Released && !after.Released)
            || before.Patients.Any(patient => !stays.Contains(patient.Value))
            || (before.Audience is { } were && were.Participants.Except(parties?.Participants ?? [], StringComparer.Ordinal).Any());
        return narrows ? before : null;
    }

    public static FormerReach Before(CurrentRow current, IEnumerable<string> patients, EventAudience? parties) => new()
    {
        WasVisible = !current.Deleted,
        Labels = current.Labels,
        Released = current.Released,
        Patients = [.. patients.Select(patient => new PatientId(patient))],
        Audience = parties,
    };
}
