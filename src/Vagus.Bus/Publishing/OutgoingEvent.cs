using System.Globalization;
using NATS.Client.Core;
using Vagus.Bus.Connecting;
using Vagus.Events;
using Vagus.Storage.Log;

namespace Vagus.Bus.Publishing;

/// <summary>
/// An event of the log as NATS carries it: CloudEvents 1.0, structured as one JSON text, or binary with the attributes as headers (NATS
/// Protocol Binding for CloudEvents 1.0). <c>Nats-Msg-Id</c> is the event's id.
/// </summary>
internal sealed record OutgoingEvent(long Position, string Subject, byte[] Data, NatsHeaders Headers)
{
    /// <summary>Up to where in the tenant's log the stream is complete with this message.</summary>
    public const string PlaceHeader = "Vagus-Position";

    /// <summary>The messages before this one that are not in the record: <c>901-1000</c>, numbers of the stream.</summary>
    public const string NotInRecordHeader = "Vagus-Not-In-Record";

    public const string MessageId = "Nats-Msg-Id";

    /// <summary>The event's own position, in binary mode.</summary>
    public const string SequenceAttribute = "ce-sequence";
    private const string ContentType = "Content-Type";
    // The headers that At adds.
    private const int AddedHeaders = 256;

    /// <summary>With its headers, as NATS counts a message.</summary>
    public int Size => Data.Length + AddedHeaders + Headers.Sum(header => header.Key.Length + header.Value.ToString().Length + 4);

    /// <summary>
    /// Null where the event is for one person, or is about labelled records that do not go out and has no form without them.
    /// </summary>
    public static OutgoingEvent? Of(LoggedEvent logged, BusOptions options)
    {
        if (EventCatalogue.Find(logged.Type) is { Audience: AudienceKind.Person }) return null;
        if (BodyOf(logged, options) is not { } body) return null;
        var envelope = logged.ToCloudEvent(options.Source, body);
        var headers = new NatsHeaders { [MessageId] = HeaderText.Write(logged.EventId) };
        var data = options.Binary ? Binary(envelope, headers) : Structured(envelope, headers);
        return new OutgoingEvent(logged.Position, Subjects.Event(logged.Tenant, logged.Type), data, headers);
    }

    /// <summary>The headers for the place in the stream at which it is expected to come.</summary>
    /// <param name="place">The end of the stream after which it comes, with those before it that are under way.</param>
    /// <param name="previous">
    /// The event before it, where that is under way; null where it was acknowledged. The number alone would fit messages of another
    /// process, too.
    /// </param>
    public NatsHeaders At(StreamPlace place, OutgoingEvent? previous)
    {
        var headers = new NatsHeaders();
        foreach (var (name, value) in Headers) headers[name] = value;
        headers[PlaceHeader] = Math.Max(place.Position, Position).ToString(CultureInfo.InvariantCulture);
        headers["Nats-Expected-Last-Sequence"] = place.Sequence.ToString(CultureInfo.InvariantCulture);
        if (place.NotInRecord is { } unknown)
            headers[NotInRecordHeader] = string.Create(CultureInfo.InvariantCulture, $"{unknown.First}-{unknown.Last}");
        if (previous is not null) headers["Nats-Expected-Last-Msg-Id"] = previous.Headers[MessageId];
        return headers;
    }

    private static byte[]? BodyOf(LoggedEvent logged, BusOptions options)
    {
        var carried = logged.Draws.Aggregate(logged.Labels, (all, draw) => all | draw.Labels);
        return (carried & ~options.SeesLabels) == Kernel.Sensitivity.None ? logged.Body : logged.OpenBody;
    }

    private static byte[] Structured(CloudEvent envelope, NatsHeaders headers)
    {
        headers[ContentType] = CloudEvent.ContentType;
        return envelope.ToUtf8Json();
    }

    private static byte[] Binary(CloudEvent envelope, NatsHeaders headers)
    {
        headers[ContentType] = CloudEvent.DataContentType;
        Add("specversion", CloudEvent.SpecVersion);
        Add("id", envelope.Id);
        Add("type", envelope.Type);
        Add("source", envelope.Source);
        Add("subject", envelope.Subject);
        Add("time", envelope.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        Add("tenantid", envelope.TenantId);
        Add("userid", envelope.UserId);
        Add("portaltype", envelope.PortalType);
        Add("correlationid", envelope.CorrelationId);
        Add("traceparent", envelope.TraceParent);
        Add("sequence", envelope.Sequence?.ToString(CultureInfo.InvariantCulture));
        return envelope.Data.ToArray();

        void Add(string attribute, string? value)
        {
            if (value is not null) headers["ce-" + attribute] = HeaderText.Write(value);
        }
    }
}
