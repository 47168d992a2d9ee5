namespace Vagus.Fhir.Subscribing;

/// <summary>The names of Subscriptions R5 Backport 1.1.0 for R4.</summary>
internal static class Backport
{
    private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport";
    private const string Definition = $"{Guide}/StructureDefinition";

    public const string Operations = $"{Guide}/OperationDefinition/";
    public const string ServerStatement = $"{Guide}/CapabilityStatement/backport-subscription-server-r4";
    public const string ImplementationGuide = $"{Guide}/ImplementationGuide/hl7.fhir.uv.subscriptions-backport";

    public const string SubscriptionProfile = $"{Definition}/backport-subscription";
    public const string NotificationProfile = $"{Definition}/backport-subscription-notification-r4";
    public const string StatusProfile = $"{Definition}/backport-subscription-status-r4";

    public const string Filter = $"{Definition}/backport-filter-criteria";
    public const string Content = $"{Definition}/backport-payload-content";
    public const string ChannelType = $"{Definition}/backport-channel-type";
    public const string Heartbeat = $"{Definition}/backport-heartbeat-period";
    public const string Timeout = $"{Definition}/backport-timeout";
    public const string MaxCount = $"{Definition}/backport-max-count";
    public const string TopicCanonical = $"{Definition}/capabilitystatement-subscriptiontopic-canonical";

    /// <summary>Extensions of R5 itself by their cross-version addresses: the guide has its own (requirement 86).</summary>
    public static readonly string[] CrossVersion = ["http://hl7.org/fhir/5.0/", "http://hl7.org/fhir/4.3/"];

    public const string ErrorCodes = "http://terminology.hl7.org/CodeSystem/subscription-error";

    public const string NoResponse = "no-response";
    public const string ErrorResponse = "error-response";

    /// <summary>No code of the guide's: it is told as a text.</summary>
    public const string TopicGone = "topic-gone";

    /// <summary>The same: the server could not work on the subscription, whatever its receiver does.</summary>
    public const string ServerFault = "server-fault";

    public const string Empty = "empty";
    public const string IdOnly = "id-only";
    public const string FullResource = "full-resource";

    public const string Handshake = "handshake";
    public const string HeartbeatType = "heartbeat";
    public const string EventNotification = "event-notification";
    public const string QueryStatus = "query-status";
    public const string QueryEvent = "query-event";
}
