using System.Text.Json;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// The reads of a rule for one event: each record that is read here counts as drawn. The view of an open form lacks the records that not
/// every recipient may see: reading one answers null, as if it did not exist.
/// </summary>
public sealed class RecordView
{
    private readonly Derivation derivation;
    private readonly Func<Candidate, bool> shows;
    private readonly Dictionary<(string Type, string Id), Candidate> drawn = [];

    internal RecordView(Derivation derivation, Func<Candidate, bool> shows) => (this.derivation, this.shows) = (derivation, shows);

    /// <summary>Everything read so far, each record once.</summary>
    internal IReadOnlyCollection<Candidate> Drawn => drawn.Values;

    /// <summary>The current version of a resource of the same tenant, or null.</summary>
    public async ValueTask<JsonElement?> Read(string type, string id, CancellationToken cancel) =>
        await Find(type, id, cancel) is { } found ? found.Resource : null;

    /// <summary>The reference with version of a resource that can be read, or null.</summary>
    public async ValueTask<string?> VersionOf(string type, string id, CancellationToken cancel) =>
        (await Find(type, id, cancel))?.VersionedReference;

    /// <summary>False where a record is kept here and this view lacks it: news of it is not for every recipient either.</summary>
    public async ValueTask<bool> MayName(string type, string id, CancellationToken cancel) =>
        await derivation.Locate(type, id, cancel) is not { } found || Draw(found) is not null;

    /// <summary>The content of a candidate, or null where this view lacks it.</summary>
    public JsonElement? Draw(Candidate candidate)
    {
        if (!shows(candidate)) return null;
        drawn.TryAdd((candidate.Type, candidate.Id), candidate);
        return candidate.Resource;
    }

    /// <summary>What the transaction changed. Reading a resource of it means drawing its candidate.</summary>
    public TransactionChanges Changes => derivation.Changes;

    private async ValueTask<Candidate?> Find(string type, string id, CancellationToken cancel) =>
        await derivation.Locate(type, id, cancel) is { } found && Draw(found) is not null ? found : null;
}

/// <summary>What a builder made: the data, and the patient it is about where that is not the resource's own.</summary>
public sealed record Told(EventData Data, PatientId? Patient = null)
{
    public static implicit operator Told?(EventData? data) => data is null ? null : new Told(data);
}
