using System.Text.Json;
using Vagus.Events;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Care.Seeing;

/// <summary>
/// Of the event that something was made from: what decides who may see it. It is kept with what was made, because the log does not keep
/// its events for ever.
/// </summary>
internal sealed record SourceFacts(string EventId, IReadOnlyList<string> Patients, string? Resource, Sensitivity Labels, bool Released)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public IReadOnlyList<EventDraw> Draws { get; init; } = [];

    /// <summary>When it was told; null in rows from before this was kept.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>There is a form for those who may not see all that the event draws from.</summary>
    public bool HasOpenForm { get; init; }

    public static SourceFacts Of(LoggedEvent source)
    {
        var facts = EventFactsReader.Read(source, change: null, JsonElement.Parse(source.Body), now: null);
        return new SourceFacts(
            source.EventId, [.. source.Patients.Select(patient => patient.Value)], source.Resource, source.Labels,
            facts.Open.Released)
        {
            Draws = source.Draws,
            OccurredAt = source.OccurredAt,
            HasOpenForm = source.OpenBody is not null,
        };
    }

    public static SourceFacts Parse(byte[] json) =>
        JsonSerializer.Deserialize<SourceFacts>(json, Options) ?? throw new InvalidDataException("The facts of an event are null.");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>An event that is seen by those who may see this one. Its open form says the same unless another is given.</summary>
    public NewEvent Draft(string eventId, EventData data, EventData? open = null) =>
        new(eventId, EventCatalogue.Of(data).Name, EventCatalogue.Serialize(data))
        {
            Patients = [.. Patients.Select(id => new PatientId(id))],
            Resource = Resource,
            Labels = Labels,
            Released = Released,
            Draws = Draws,
            OpenBody = HasOpenForm ? EventCatalogue.Serialize(open ?? data) : null,
        };

    /// <summary>As a row of the log of this type, for those who decide by rows.</summary>
    public LoggedEvent AsRow(TenantId tenant, string type, IReadOnlyList<string> participants) => new()
    {
        Tenant = tenant,
        Position = 0,
        EventId = EventId,
        Type = type,
        Patients = [.. Patients.Select(id => new PatientId(id))],
        Resource = Resource,
        Labels = Labels,
        OccurredAt = default,
        UserId = null,
        PortalType = null,
        CorrelationId = null,
        TraceParent = null,
        Body = [],
        Draws = Draws,
        Released = Released,
        Audience = new EventAudience(null, null, participants),
    };
}
