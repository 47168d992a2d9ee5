using System.Globalization;
using Vagus.Access.Audit;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>What a notification says of its subscription.</summary>
/// <param name="Subscription">The subscription.</param>
/// <param name="Type">Of which type it is: <see cref="Backport.Handshake"/>.</param>
/// <param name="Status">The subscription's status.</param>
/// <param name="Count">How many events there were since it began.</param>
internal sealed record Notification(SubscriptionRow Subscription, string Type, string Status, long Count)
{
    public required string BaseUrl { get; init; }

    public IReadOnlyList<NotifiedEvent> Events { get; init; } = [];

    /// <summary>The statement that goes with its content, where it has no header to stand in; null: it needs none.</summary>
    public string? Notice { get; init; }

    public string Content => Subscription.Plan.Content;

    /// <summary>The resources of which it tells. Nothing of a change is in an empty one but that there was one.</summary>
    public IReadOnlyList<StoredResource> Shown => Content == Backport.Empty ? [] : [.. Foci, .. Context];

    /// <summary>All patients whom it concerns.</summary>
    public IReadOnlyList<PatientId> Patients =>
        [.. Events.SelectMany(each => each.Patients).Concat(Context.SelectMany(PatientsOf)).Distinct()];

    private IEnumerable<StoredResource> Foci => Events.Select(each => each.Focus).OfType<StoredResource>();

    /// <summary>What goes with the foci, each once.</summary>
    private IEnumerable<StoredResource> Context => Events.SelectMany(each => each.Context).DistinctBy(each => (each.Type, each.Id))
        .ExceptBy(Foci.Select(focus => (focus.Type, focus.Id)), each => (each.Type, each.Id));

    public string Address => $"{BaseUrl}/Subscription/{Subscription.Id}";

    private static IEnumerable<PatientId> PatientsOf(StoredResource resource) =>
        CompartmentList.Parse(resource.Compartments).Patients.Select(patient => new PatientId(patient));

    /// <summary>What the audit says of it: the versions of which it tells, and with whose rights.</summary>
    public AuditEntry EntryOf(FhirCall call) => FhirEntries.OfNotification(
        call, Subscription.Id, Shown, string.Create(CultureInfo.InvariantCulture, $"events={Events[0].Number}-{Events[^1].Number}")) with
    {
        Patients = Patients,
    };

    /// <summary>What leaves the organization by it. A mail goes to staff, and an empty notification says nothing of anybody.</summary>
    public IEnumerable<AuditEntry> DisclosuresOf(FhirCall call)
    {
        var plan = Subscription.Plan;
        if (plan.IsMail || Content == Backport.Empty) return [];
        var receiver = new Uri(plan.Address).GetLeftPart(UriPartial.Authority);
        var given = Events.Where(each => each.Focus is not null)
            .Select(each => (each.Focus!.Type, each.Patients.Concat(PatientsOf(each.Focus))))
            .Concat(Context.Select(each => (each.Type, PatientsOf(each))));
        return Disclosures.Of(call, $"Subscription/{Subscription.Id}", receiver, given);
    }
}
