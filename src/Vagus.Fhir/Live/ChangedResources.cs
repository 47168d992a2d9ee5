using System.Globalization;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Live;

/// <summary>
/// Reads what the <c>resource.*</c> events of a page of the log did to their resources: for each the version before and its own, with the
/// values that their rows hold.
/// </summary>
public sealed class ChangedResources(Database database, OwnBases own)
{
    /// <summary>The changes of resources of these types, by position.</summary>
    /// <param name="tenant">Whose log.</param>
    /// <param name="rows">The page.</param>
    /// <param name="types">The types that are searched.</param>
    /// <param name="now">How the resources stand now; null where nothing was narrowed since.</param>
    /// <param name="cancel">Ends the reading.</param>
    public ValueTask<Dictionary<long, ResourceMove>> Of(
        TenantId tenant, IReadOnlyList<LoggedEvent> rows, IReadOnlySet<string> types,
        IReadOnlyDictionary<AskedResource, ResourceNow>? now, CancellationToken cancel) =>
        Read(tenant, rows, types, (change, pair) => MoveOf(change, pair, now, previous: null), cancel);

    /// <summary>The same as they were, with the contents of the versions before.</summary>
    internal ValueTask<Dictionary<long, ResourceMove>> WithPrevious(
        TenantId tenant, IReadOnlyList<LoggedEvent> rows, IReadOnlySet<string> types, CancellationToken cancel) =>
        Read(tenant, rows, types, (change, pair) => MoveOf(change, pair, now: null, pair.Before?.Body), cancel);

    private async ValueTask<Dictionary<long, ResourceMove>> Read(
        TenantId tenant, IReadOnlyList<LoggedEvent> rows, IReadOnlySet<string> types, Func<Asked, VersionPair, ResourceMove> moveOf,
        CancellationToken cancel)
    {
        var asked = rows.Select(Change).OfType<Asked>().Where(change => types.Contains(change.Type))
            .ToDictionary(change => change.Row.Position);
        var pairs = await VersionPair.Of(
            database, tenant, Positions(change => change.Version == 1), Positions(change => change.Version > 1), cancel);
        return pairs.ToDictionary(pair => pair.Position, pair => moveOf(asked[pair.Position], pair));

        List<long> Positions(Func<Asked, bool> isMeant) => [.. asked.Values.Where(isMeant).Select(change => change.Row.Position)];
    }

    private ResourceMove MoveOf(
        Asked change, VersionPair pair, IReadOnlyDictionary<AskedResource, ResourceNow>? now, byte[]? previous)
    {
        // The compartments of a write are in its event. A deletion's are those that the version before it was put into.
        var (before, after) = (StateOf(change, pair.Before), StateOf(change, pair.After));
        if (after is null) before = OfPatients(before, change.Row.Patients);
        return new ResourceMove(before, OfPatients(after, change.Row.Patients), pair.After?.Body)
        {
            Now = now?.GetValueOrDefault(new AskedResource(change.Type, change.Id, change.Version)), PreviousContent = previous,
        };
    }

    private static ResourceState? OfPatients(ResourceState? state, IReadOnlyList<PatientId> patients) =>
        state is null ? null : state with { Facts = state.Facts with { Patients = patients } };

    private ResourceState? StateOf(Asked change, PairedVersion? version)
    {
        if (version?.Body is not { } body) return null;
        var bases = version.CameBy is { } address ? own.With(address) : own;
        var resource = OwnReferences.Read(body, bases);
        var values = new SearchIndexer(bases).Extract(resource, change.Type);
        var facts = new RowFacts(
            change.Type,
            [.. CompartmentReader.Patients(values, resource, change.Type).Select(patient => new PatientId(patient))],
            version.Labels,
            version.Released,
            // The body does not say whose a subscription is; the change does, and it stays the same one's.
            change.Type == RowScope.OfOwners ? change.Row.Audience?.Participants ?? [] : TaskParties.Of(change.Type, values));
        return new ResourceState(change.Id, version.At, values, facts);
    }

    private static Asked? Change(LoggedEvent row) =>
        row.Type.StartsWith(ResourceEvent.Family, StringComparison.Ordinal)
        && row.Resource?.Split('/') is [var type, var id, "_history", var version]
        && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new Asked(row, type, id, number)
            : null;

    private sealed record Asked(LoggedEvent Row, string Type, string Id, long Version);
}
