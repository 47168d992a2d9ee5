using System.Globalization;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Writing;

/// <summary>A reference of a written resource that points at nothing which its author may read.</summary>
internal sealed record AbsentTarget(ResourceChange Change, FhirIssue Issue);

/// <summary>
/// Looks for what written resources refer to on this server. A target is there where its author could read it: one that is deleted, and
/// one that the author may not see, are absent alike, so that the answer tells nothing of records that are closed to the author. References
/// into types of which the author reads none are not looked at. What the version before referred to may stay.
/// </summary>
internal sealed class AbsentTargets(IRunQueries queries, FhirCall call, ReferenceRule rule)
{
    /// <summary>Targets of one write that are looked for.</summary>
    public const int Most = 10_000;

    /// <summary>Types of targets, and numbers of versions of each, that are looked for: a statement each.</summary>
    public const int MostKinds = 100;

    /// <summary>A version that is none: it is not looked for.</summary>
    private const long NoVersion = -1;

    /// <summary>After this many findings the rest is not told.</summary>
    private const int MostTold = ResourceValidator.MostIssues;

    public static readonly Refusal TooMany = FhirRefusals.TooCostly(
        $"The resources of a write refer to at most {Most} others, of at most {MostKinds} types and numbers of versions.");

    /// <summary>The findings on what a write has changed so far, asked within it.</summary>
    public ValueTask<Result<List<AbsentTarget>>> Of(IReadOnlyList<ResourceChange> changes) => Find(changes, ShowsBefore);

    /// <summary>The findings on a resource that is not written: as the next version of the one with this id, where there is one.</summary>
    public async ValueTask<Result<List<AbsentTarget>>> OfProposed(string type, string? id, JsonElement resource)
    {
        var before = id is not null && call.Reach.May(ResourceInteractions.Read, type)
            ? await ReadResources.Current(queries, call.Reach, type, id, call.Cancel) : null;
        var known = before?.Body is { } body ? OwnReferences.Read(body, call.Own) : (JsonElement?)null;
        return await Find([new ResourceChange(type, id ?? "", 0, known, resource)], _ => ValueTask.FromResult(true));
    }

    private async ValueTask<Result<List<AbsentTarget>>> Find(
        IReadOnlyList<ResourceChange> changes, Func<ResourceChange, ValueTask<bool>> showsBefore)
    {
        var written = new TransactionChanges(changes);
        var named = Named(changes);
        var asked = named.Select(each => each.Target).Distinct()
            .Where(target => target.Version != NoVersion && IsWritten(written, target) is null).ToList();
        if (asked.Count > Most || asked.DistinctBy(target => (target.Type, target.Version)).Count() > MostKinds)
            return rule == ReferenceRule.Reject ? TooMany : NotLookedAt(changes);
        var present = await Present(asked);
        var absent = named.Where(each => !(IsWritten(written, each.Target) ?? present.Contains(each.Target))).ToList();
        var found = new List<AbsentTarget>();
        foreach (var ofOne in absent.GroupBy(each => each.Change))
        {
            var kept = ofOne.Key.Before is { } before && await showsBefore(ofOne.Key) ? TargetsOf(before) : [];
            found.AddRange(ofOne.Where(each => !kept.Contains(each.Target))
                .Select(each => new AbsentTarget(ofOne.Key, IssueAt(each.Expression))));
        }

        return found.Count > MostTold ? found[..MostTold] : found;
    }

    private static List<AbsentTarget> NotLookedAt(IReadOnlyList<ResourceChange> changes) =>
    [
        .. changes.Take(MostTold).Select(change =>
            new AbsentTarget(change, OperationOutcome.Of(TooMany) with { Severity = IssueSeverity.Warning })),
    ];

    private List<(ResourceChange Change, AskedResource Target, string Expression)> Named(IReadOnlyList<ResourceChange> changes)
    {
        var named = new List<(ResourceChange, AskedResource, string)>();
        foreach (var change in changes)
        {
            if (change.After is not { } resource) continue;
            foreach (var reference in LiteralReferences.Of(resource))
            {
                if (TargetOf(reference.Text) is { } target) named.Add((change, target, reference.Expression));
            }
        }

        return named;
    }

    private HashSet<AskedResource> TargetsOf(JsonElement resource) =>
        [.. LiteralReferences.Of(resource).Select(reference => TargetOf(reference.Text)).OfType<AskedResource>()];

    /// <summary>What the text names on this server, of a type whose resources the author may read; version 0: the current one.</summary>
    private AskedResource? TargetOf(string text)
    {
        var parsed = ReferenceText.Parse(text);
        if (parsed is not { Type: { } type, Id: { } id } || !parsed.IsLocal(call.Own)) return null;
        // Entries of the audit are no rows of the store.
        if (type == "AuditEvent" || !call.Reach.May(ResourceInteractions.Read, type)) return null;
        var version = text[ReferenceText.WithoutVersion(text).Length..];
        return new AskedResource(type, id, version.Length == 0 ? 0 : VersionOf(version));
    }

    // A version of ours is a number; there is none before the first.
    private static long VersionOf(string history) =>
        long.TryParse(history["/_history/".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number : NoVersion;

    /// <summary>Whether this write leaves the target there; null where it says nothing of it.</summary>
    private static bool? IsWritten(TransactionChanges written, AskedResource target)
    {
        if (written.Find(target.Type, target.Id) is not { Version: > 0 } change) return null;
        if (target.Version == 0) return change.After is not null;
        return target.Version == change.Version && change.After is not null ? true : null;
    }

    private async ValueTask<HashSet<AskedResource>> Present(List<AskedResource> asked)
    {
        var present = new HashSet<AskedResource>();
        foreach (var ofOne in asked.GroupBy(target => (target.Type, target.Version)))
        {
            var ((type, version), ids) = (ofOne.Key, ofOne.Select(target => target.Id));
            foreach (var id in await PresentResources.Find(queries, call.Reach, type, version, ids, call.Cancel))
                present.Add(new AskedResource(type, id, version));
        }

        return present;
    }

    /// <summary>The author could read the version before: only then does what stays tell nothing new.</summary>
    private async ValueTask<bool> ShowsBefore(ResourceChange change)
    {
        if (!call.Reach.May(ResourceInteractions.Read, change.Type)) return false;
        return await PresentResources.Find(
            queries, call.Reach, change.Type, change.Version - 1, [change.Id], call.Cancel) is { Count: > 0 };
    }

    private FhirIssue IssueAt(string expression) =>
        new(
            rule == ReferenceRule.Reject ? IssueSeverity.Error : IssueSeverity.Warning, "not-found",
            "The reference points at no resource that its author may read", expression);
}

/// <summary>A write that its tenant does not take, since references in it point at nothing.</summary>
internal sealed record AbsentTargetsRefusal : InvalidResource
{
    public AbsentTargetsRefusal(IReadOnlyList<AbsentTarget> absent)
        : base([.. absent.Select(each => each.Issue)]) => (Kind, Code, Absent) = (RefusalKind.Unprocessable, "not-found", absent);

    public IReadOnlyList<AbsentTarget> Absent { get; }
}
