using System.Text.Json;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// What a Subscription asks for, as the guide and R4 write it. The resource has passed the validator; refused is here what this server does
/// not do. No I/O.
/// </summary>
internal sealed record SubscriptionForm
{
    private static readonly string[] Channels = [RestHook.Type, SubscriptionBody.WebSocket, MailChannel.Type, RestHook.Message];
    private const int ShortestHeartbeat = 10;
    private const int LongestHeartbeat = 24 * 60 * 60;
    private const int LongestTimeout = 60;
    private const int MostFilters = 16;
    private static readonly string[] Medias = ["application/fhir+json", "application/json"];
    private static readonly string[] FhirVersions = ["4.0", "4.0.1"];
    private static readonly string[] Contents = [Backport.Empty, Backport.IdOnly, Backport.FullResource];

    public required string Status { get; init; }

    /// <summary>The canonical of a topic, or a search as R4 has it by itself.</summary>
    public required string Criteria { get; init; }

    /// <summary>
    /// Criteria that are a search and no canonical: a type stands before the question mark, where a canonical has its scheme.
    /// </summary>
    public bool IsOfR4 => !Criteria.Split('?', 2)[0].Contains(':', StringComparison.Ordinal);

    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <inheritdoc cref="SubscriptionRow.Pushes"/>
    public required bool Pushes { get; init; }

    /// <inheritdoc cref="SubscriptionPlan.ChannelType"/>
    public required string ChannelType { get; init; }

    public required string Endpoint { get; init; }

    /// <summary>The Content-Type of notifications.</summary>
    public required string Payload { get; init; }

    public required string Content { get; init; }

    /// <summary>Seconds between signs of life; null: none are sent.</summary>
    public int? Heartbeat { get; init; }

    /// <summary>Seconds of one attempt.</summary>
    public int? Timeout { get; init; }

    /// <summary>Changes of one notification.</summary>
    public int? MaxCount { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    /// <param name="resource">The Subscription.</param>
    /// <param name="receivers">The ways to receivers that there are.</param>
    public static Result<SubscriptionForm> Read(JsonElement resource, Receivers receivers)
    {
        var channel = resource.GetProperty("channel"u8);
        if (SubscriptionExtensions.Refuse(resource) is { } foreign) return foreign;
        var type = TextOf(channel, "type"u8) ?? "";
        var endpoint = TextOf(channel, "endpoint"u8) ?? "";
        if (type == SubscriptionBody.WebSocket && (endpoint.Length > 0 || channel.TryGetProperty("header"u8, out _)))
            return No("Subscription.channel.endpoint", "A websocket has neither an endpoint nor headers: its client comes to this server.");
        if (type is SubscriptionBody.WebSocket or MailChannel.Type && Extensions(channel).Any(Is(SubscriptionBody.SecretExtension)))
            return No("Subscription.channel.extension", "Requests are signed; mails and what goes over a websocket are not.");
        if (type != SubscriptionBody.WebSocket && receivers.Refuse(type, channel, endpoint) is { } unreachable) return unreachable;
        var criteria = TextOf(resource, "criteria"u8) ?? "";
        var form = new SubscriptionForm
        {
            Status = TextOf(resource, "status"u8) ?? SubscriptionBody.Requested,
            Criteria = criteria,
            Filters = [.. Extensions(resource, "_criteria"u8).Where(Is(Backport.Filter)).Select(each => TextOf(each, "valueString"u8) ?? "")],
            Pushes = type != SubscriptionBody.WebSocket,
            ChannelType = type,
            Endpoint = endpoint,
            Payload = TextOf(channel, "payload"u8) ?? "",
            Content = Extension(channel, "_payload"u8, Backport.Content) is { } content ? TextOf(content, "valueCode"u8) ?? "" : "",
            Heartbeat = Number(channel, Backport.Heartbeat, "valueUnsignedInt"u8),
            Timeout = Number(channel, Backport.Timeout, "valueUnsignedInt"u8),
            MaxCount = Number(channel, Backport.MaxCount, "valuePositiveInt"u8),
            EndsAt = TextOf(resource, "end"u8) is { } end ? DateRange.Parse(end)?.Low : null,
        };
        if (form.Filters.Count > MostFilters) return No("Subscription.criteria", $"A subscription has at most {MostFilters} filters.");
        if (form.RefuseTimes() is { } times) return times;
        return type == MailChannel.Type ? form.WithMail() : form.WithPayload();
    }

    private Result<SubscriptionForm> WithMail()
    {
        var form = this with { Payload = IsOfR4 && Payload.Length == 0 ? MailChannel.Payload : Payload };
        if (IsOfR4 && Content.Length == 0) form = form with { Content = Backport.Empty };
        return MailChannel.Refuse(form) is { } refused ? refused : form;
    }

    private Result<SubscriptionForm> WithPayload()
    {
        if (IsOfR4 && Payload.Length == 0 && Content.Length == 0) return this with { Payload = Medias[0], Content = Backport.Empty };
        var form = IsOfR4 && Content.Length == 0 ? this with { Content = Backport.FullResource } : this;
        if (!Contents.Contains(form.Content)) return No("Subscription.channel.payload", "The payload has one of the contents empty, id-only, full-resource.");
        return IsServed(form.Payload) ? form : No("Subscription.channel.payload", $"The payload is {string.Join(" or ", Medias)}, of FHIR 4.0.");
    }

    private Refusal? RefuseTimes()
    {
        if (Heartbeat is < ShortestHeartbeat or > LongestHeartbeat)
            return No("Subscription.channel", $"The heartbeat period is {ShortestHeartbeat} to {LongestHeartbeat} seconds.");
        if (Timeout is < 1 or > LongestTimeout) return No("Subscription.channel", $"The timeout is 1 to {LongestTimeout} seconds.");
        return MaxCount is < 1 or > SubscriptionPlan.MostChanges
            ? No("Subscription.channel", $"A notification holds 1 to {SubscriptionPlan.MostChanges} events.") : null;
    }

    /// <summary>A media type that is served, of this version of FHIR where it names one (requirements 6 and 90).</summary>
    private static bool IsServed(string payload)
    {
        var parts = payload.Split(';', StringSplitOptions.TrimEntries);
        return Medias.Contains(parts[0], StringComparer.OrdinalIgnoreCase) && parts.Skip(1).All(part => part.Split('=', 2) switch
        {
            ["fhirVersion", var version] => FhirVersions.Contains(version),
            ["charset", var charset] => string.Equals(charset, "utf-8", StringComparison.OrdinalIgnoreCase),
            _ => false,
        });
    }

    private static int? Number(JsonElement channel, string url, ReadOnlySpan<byte> value)
    {
        var found = Extensions(channel).FirstOrDefault(Is(url));
        return found.ValueKind == JsonValueKind.Object && found.TryGetProperty(value, out var number) && number.TryGetInt32(out var whole)
            ? whole : null;
    }

    private static JsonElement? Extension(JsonElement element, ReadOnlySpan<byte> twin, string url)
    {
        var found = Extensions(element, twin).FirstOrDefault(Is(url));
        return found.ValueKind == JsonValueKind.Object ? found : null;
    }

    private static IEnumerable<JsonElement> Extensions(JsonElement element, ReadOnlySpan<byte> twin) =>
        element.TryGetProperty(twin, out var beside) ? Extensions(beside) : [];

    private static IEnumerable<JsonElement> Extensions(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("extension"u8, out var all) ? all.EnumerateArray() : [];

    private static Func<JsonElement, bool> Is(string url) => extension => TextOf(extension, "url"u8) == url;

    private static string? TextOf(JsonElement element, ReadOnlySpan<byte> name) => PropertyText.Of(element, name);

    public static Refusal NoSuchChannel { get; } =
        No("Subscription.channel.type", $"The channels of this server: {string.Join(", ", Channels)}. It has none of its own.");

    /// <summary>A refusal that tells where the cause stands.</summary>
    public static Refusal No(string expression, string message) =>
        new InvalidResource([new FhirIssue(IssueSeverity.Error, "not-supported", message, expression)]);
}
