using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Profiles;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>What one write does with its turn: the changes it makes, in their order. A refusal undoes all of them.</summary>
internal delegate ValueTask<Result<T>> FhirWork<T>(FhirTransaction transaction);

/// <summary>
/// The one door for writes. Each create, update and delete, from HTTP, a Bundle or a feature, goes through here: the work puts its
/// resources in place, the rules derive their events from what changed, and all of it commits together. See the room's README for
/// what is checked where.
/// </summary>
internal sealed class FhirWrites(
    GroupCommit commit, IEnumerable<IDeriveEvents> rules, IEnumerable<IKeepRows> keepers, IEnumerable<IAcceptChanges> judges,
    IdSource ids, FullText texts, UploadedParameters uploads, ProfilePolicy policy, ValidateProfiles profiles,
    ReferencePolicy references)
{
    private const int MostTurns = 4;

    private readonly IDeriveEvents[] rules = [.. rules];
    private readonly ILookup<string, IAcceptChanges> judges = judges.ToLookup(judge => judge.ResourceType, StringComparer.Ordinal);
    private readonly ILookup<string, IKeepRows> keepers = keepers.ToLookup(keeper => keeper.ResourceType, StringComparer.Ordinal);

    public ValueTask<Result<StoredResource>> Create(FhirCall call, PreparedResource resource) =>
        Run(call, transaction => transaction.Create(resource));

    public ValueTask<Result<StoredResource>> Put(FhirCall call, PreparedResource resource, Precondition condition) =>
        Run(call, transaction => transaction.Put(resource, condition));

    public ValueTask<Result<StoredResource>> Patch(FhirCall call, PatchOfResource patch) =>
        Run(call, transaction => transaction.Patch(patch));

    public ValueTask<Result<StoredResource?>> Delete(FhirCall call, string type, string id, long? ifMatch) =>
        Run(call, transaction => transaction.Delete(type, id, ifMatch));

    /// <summary>Why the caller may delete no resource of the type; else null.</summary>
    public static Refusal? RefuseDeleting(FhirCall call, string type) =>
        call.Refuse(ResourceInteractions.Delete, type) ?? WriteRules.RefuseReplacing(call, type);

    /// <summary>Several changes that happen whole or not at all.</summary>
    public async ValueTask<Result<T>> Run<T>(FhirCall call, FhirWork<T> work)
    {
        var tenant = call.Caller.Tenant;
        var claims = new ClaimedProfiles(await policy.Of(tenant, call.Cancel));
        for (var turn = 1; ; turn++)
        {
            var changesUploads = false;
            var searches = await uploads.Known(tenant, call.Cancel);
            var plan = new TurnPlan(
                new IndexPlan(await texts.IsOn(tenant, call.Cancel), searches.Searches, searches.Until), claims,
                await references.Of(tenant, call.Cancel));
            var result = await commit.Write(
                tenant,
                (write, _) => TakeTurn(call, write, plan, work, changes =>
                    changesUploads = changes.Any(change => change.Type == UploadedDefinition.Type)),
                call.Cancel);
            if (changesUploads) uploads.Forget(tenant);
            // A patch may find another version in each of its turns.
            if (claims.Open.Count == 0 || turn == MostTurns) return result;
            if (await profiles.Check(tenant, claims, call.Cancel) is { } invalid) return invalid;
        }
    }

    /// <summary>
    /// The same within a write of another room that has its turn: both commit, or neither does. Neither profiles nor targets of references
    /// are asked: the server itself makes these records.
    /// </summary>
    public async ValueTask<Result<T>> TakeTurn<T>(FhirCall call, WriteTransaction write, FhirWork<T> work)
    {
        return await TakeTurn(call, write, TurnPlan.OfServer(await PlanWithin(call, write)), work, _ => { });
    }

    /// <summary>The same for messages: their texts are sealed and have no words, and uploaded parameters do not ask them.</summary>
    public ValueTask<Result<T>> TakeTurnOfMessages<T>(FhirCall call, WriteTransaction write, FhirWork<T> work) =>
        TakeTurn(
            call, write, TurnPlan.OfServer(new IndexPlan(Words: false, TenantSearches.None, DateTimeOffset.MaxValue)), work, _ => { });

    private async ValueTask<Result<T>> TakeTurn<T>(
        FhirCall call, WriteTransaction write, TurnPlan plan, FhirWork<T> work, Action<IReadOnlyList<ResourceChange>> changed)
    {
        plan.Claims.Begin();
        // Holds the tenant's head from here on: what this write reads before it decides, no other process changes before it commits.
        await write.NextPosition(call.Cancel);
        // The duties that fill the index begin when no write knows less than they do: one that has waited too long for its turn reads anew.
        var index = write.At >= plan.Index.Until ? await PlanWithin(call, write) : plan.Index;
        var drafts = new EventDrafts(call, ids);
        var transaction = new FhirTransaction(write, call, drafts) { IndexesWords = index.Words, Uploads = index.Uploads };
        var result = await work(transaction);
        if (result.IsRefused) return result;
        if (plan.Claims.Refuse(transaction.Changes) is { } unvalidated) return unvalidated;
        if (await AskTargets(call, write, plan.References, transaction.Changes) is { } dangling) return dangling;
        foreach (var change in transaction.Changes.Where(change => change.Type == UploadedDefinition.Type))
            if (await KeepUploads.Run(write, change, call.Cancel) is { } unfit) return unfit;
        if (await Judge(call, write, transaction.Changes) is { } unacceptable) return unacceptable;
        changed(transaction.Changes);
        var derivation = new DerivationContext(write, call, transaction.Changes);
        foreach (var rule in rules) await rule.Derive(derivation, call.Cancel);
        foreach (var change in transaction.Changes)
        {
            foreach (var keeper in keepers[change.Type]) await keeper.Keep(write, change, call.Cancel);
            transaction.Audit(FhirEntries.OfChange(call, change));
        }

        foreach (var told in derivation.Told) await write.Append(drafts.Of(told), call.Cancel);
        return result;
    }

    private static async ValueTask<Refusal?> AskTargets(
        FhirCall call, WriteTransaction write, ReferenceRule rule, IReadOnlyList<ResourceChange> changes)
    {
        if (rule == ReferenceRule.Off) return null;
        var absent = await new AbsentTargets(write, call, rule).Of(changes);
        if (absent.Refusal is { } tooMany) return tooMany;
        if (rule == ReferenceRule.Reject) return absent.Value.Count == 0 ? null : new AbsentTargetsRefusal(absent.Value);
        var told = absent.Value.ToLookup(each => (each.Change.Type, each.Change.Id), each => each.Issue);
        foreach (var change in changes) call.Warnings.Set(change.Type, change.Id, [.. told[(change.Type, change.Id)]]);
        return null;
    }

    private async ValueTask<Refusal?> Judge(FhirCall call, WriteTransaction write, IReadOnlyList<ResourceChange> changes)
    {
        foreach (var change in changes)
        {
            foreach (var judge in judges[change.Type])
                if (await judge.Accept(call, write, change) is { } refused) return refused;
        }

        return null;
    }

    private static async ValueTask<IndexPlan> PlanWithin(FhirCall call, WriteTransaction write)
    {
        var words = await TenantSettings.Read(write, FullText.Setting, call.Cancel) is { ValueKind: JsonValueKind.True };
        return new IndexPlan(words, await UploadedParameters.Within(write, call.Cancel), DateTimeOffset.MaxValue);
    }

    /// <summary>What a turn has to know of its tenant.</summary>
    private sealed record TurnPlan(IndexPlan Index, ClaimedProfiles Claims, ReferenceRule References)
    {
        public static TurnPlan OfServer(IndexPlan index) => new(index, new ClaimedProfiles(ClaimRule.Off), ReferenceRule.Off);
    }

    /// <summary>What the index of the tenant has beside R4's parameters, and until when that may be taken for true.</summary>
    private sealed record IndexPlan(bool Words, TenantSearches Uploads, DateTimeOffset Until);
}
