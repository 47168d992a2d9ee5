using System.Diagnostics;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// The one path of a FHIR write: the work puts its resources in place, the rules derive their events from what changed, and all of it
/// commits together.
/// </summary>
internal sealed class FhirWrites(GroupCommit commit, IEnumerable<IDeriveEvents> rules, IdSource ids)
{
    private readonly IDeriveEvents[] rules = [.. rules];

    public ValueTask<Result<T>> Run<T>(
        Caller caller,
        OwnBases own,
        Func<ResourceWriter, WriteTransaction, CancellationToken, ValueTask<Result<T>>> work,
        CancellationToken cancel)
    {
        var trace = Activity.Current?.Id;
        return commit.Write(caller.Tenant, (write, stop) => WriteAll(caller, own, trace, write, work, stop), cancel);
    }

    private async ValueTask<Result<T>> WriteAll<T>(
        Caller caller,
        OwnBases own,
        string? trace,
        WriteTransaction write,
        Func<ResourceWriter, WriteTransaction, CancellationToken, ValueTask<Result<T>>> work,
        CancellationToken cancel)
    {
        // Holds the tenant's head from here on: what this write reads before it decides, no other process changes before it commits.
        await write.NextPosition(cancel);
        var writer = new ResourceWriter(write, caller, own, (data, change) => Draft(caller, trace, data, change));
        var outcome = await work(writer, write, cancel);
        if (outcome.IsRefused) return outcome;
        var derivation = new DerivationContext(write, caller, own, writer.Changes);
        foreach (var change in writer.Changes)
        {
            foreach (var rule in rules)
            {
                if (rule.ResourceTypes.Contains(change.Type)) await rule.Derive(change, derivation, cancel);
            }
        }

        foreach (var told in derivation.Emitted) await write.Append(Draft(caller, trace, told), cancel);
        return outcome;
    }

    // W3C Trace Context §3.2: version, 32 digits of the trace id, parent id and flags. All that one request caused shares the trace.
    private static string? TraceIdOf(string? trace) => trace?.Split('-') is [_, { Length: 32 } id, ..] ? id : null;

    private NewEvent Draft(Caller caller, string? trace, DerivedEvent told) => Draft(caller, trace, told.Data, told.About) with
    {
        Sensitive = told.Sensitive,
        Draws = told.Draws,
        OpenBody = told.Open is { } open ? EventCatalogue.Serialize(open) : null,
    };

    private NewEvent Draft(Caller caller, string? trace, EventData data, ResourceChange about) =>
        new(ids.NewId(), EventCatalogue.Of(data).Name, EventCatalogue.Serialize(data))
        {
            Patients = about.Patients,
            Resource = about.VersionedReference,
            Sensitive = about.Sensitive,
            Released = about.Released,
            UserId = caller.User.Value,
            PortalType = caller.PortalType,
            CorrelationId = TraceIdOf(trace),
            TraceParent = trace,
        };
}
