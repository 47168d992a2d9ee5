using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Seeing;

/// <summary>In which form a caller may see something.</summary>
internal enum SeenForm
{
    None,

    /// <summary>Without what not everybody may see.</summary>
    Open,

    Whole,
}

/// <summary>
/// Who may see what was made from events: decided as for live events, by the rights of now and by how the records stand now that it draws
/// from.
/// </summary>
internal sealed class Sight(
    TenantId tenant, TenantPolicy policy, IReadOnlyDictionary<AskedResource, ResourceNow> now)
{
    public TenantPolicy Policy => policy;

    /// <summary>For what came from these events.</summary>
    public static async ValueTask<Sight> Of(
        IRunQueries queries, TenantId tenant, TenantPolicy policy, IEnumerable<SourceFacts> sources, CancellationToken cancel)
    {
        var asked = sources.SelectMany(source => EventFactsReader.AskedFor(source.AsRow(tenant, "", []))).ToHashSet();
        return new Sight(tenant, policy, await ResourcesNow.Of(queries, tenant, asked, cancel));
    }

    /// <summary>Within a write, with the tenant's policy as the write sees it.</summary>
    public static async ValueTask<Sight> Of(WriteTransaction write, IEnumerable<SourceFacts> sources, CancellationToken cancel)
    {
        var policy = TenantPolicy.Parse(
            await TenantSettings.Read(write, TenantPolicy.VisibilitySetting, cancel),
            await TenantSettings.Read(write, TenantNarrowing.Setting, cancel));
        return await Of(write, write.Tenant, policy, sources, cancel);
    }

    /// <summary>How a user without a session would see it.</summary>
    public SeenForm SeenBy(UserFacts user, SourceFacts source, string type) =>
        SeenBy(Reach.Of(user.AsCaller(tenant), policy.Narrowing, ceiling: null), source, type);

    /// <param name="reach">How far the caller reaches.</param>
    /// <param name="source">What it was made from.</param>
    /// <param name="type">The type of event that decides which roles see it.</param>
    public SeenForm SeenBy(Reach reach, SourceFacts source, string type)
    {
        // Of what goes to one person, this is the person in question.
        var facts = EventFactsReader.Read(source.AsRow(tenant, type, [reach.Caller.User.Value]), change: null, default, now);
        if (EventVisibility.Sees(reach, facts.Whole, policy)) return SeenForm.Whole;
        return source.HasOpenForm && EventVisibility.Sees(reach, facts.Open, policy) ? SeenForm.Open : SeenForm.None;
    }
}
