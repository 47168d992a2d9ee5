using Vagus.Access.Visibility;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// What the reader of a subscription may be told of events of the catalogue: by the rule of live events, as things stand now, and by the
/// filters in the form that the reader sees. Of the resource that an event points at the content is shown where the reader may read it.
/// </summary>
internal sealed class CatalogueEvents(TenantPolicies policies, FhirReads reads)
{
    /// <summary>By position; what may not be told is not in the answer.</summary>
    public async ValueTask<Dictionary<long, ShownEvent>> Read(
        FhirCall call, SubscriptionRow subscription, List<LoggedEvent> logged, Dictionary<AskedResource, ResourceNow> now)
    {
        var asked = subscription.Plan.ReadEvents(call);
        if (asked.IsRefused) return [];
        var policy = await policies.Of(subscription.Tenant, call.Cancel);
        var forms = new Dictionary<long, (LoggedEvent Row, EventForm Form)>();
        foreach (var row in logged)
        {
            if (EventForms.Of(row, now)?.SeenBy(call.Reach, policy) is { } form && asked.Value.Question.Holds(form))
                forms.Add(row.Position, (row, form));
        }

        var wanted = forms.Values.Select(each => each.Form.Focus).OfType<AskedResource>()
            .Where(focus => subscription.Plan.Content == Backport.FullResource || focus.Version == 0);
        var stored = await reads.OfEvents(call, wanted);
        return forms.Values.ToDictionary(
            each => each.Row.Position, each => new ShownEvent(each.Form.Patients, FocusOf(each.Row, each.Form.Focus, stored)));
    }

    /// <summary>Where the content may not be shown, or is not asked for, the version that the event names stands alone.</summary>
    private static StoredResource? FocusOf(LoggedEvent row, AskedResource? focus, Dictionary<AskedResource, StoredResource> stored)
    {
        if (focus is not { } named) return null;
        if (stored.TryGetValue(named, out var found)) return found;
        return named.Version == 0
            ? null
            : new StoredResource
            {
                Type = named.Type,
                Id = named.Id,
                Version = named.Version,
                UpdatedAt = row.OccurredAt,
                Position = row.Position,
                Body = null,
                Interaction = "GET",
                Rid = row.Position,
            };
    }
}
