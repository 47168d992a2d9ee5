using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Fhir.Live;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing.OwnTopics;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Subscribing;

/// <summary>What a subscription asks for, as its row keeps it.</summary>
/// <param name="Topic">The canonical of its topic; null: criteria of R4.</param>
/// <param name="Search">What finds the resources: <c>Observation?patient=1</c>; empty where it is about events.</param>
/// <param name="Endpoint">Where notifications go.</param>
/// <param name="Payload">Their Content-Type.</param>
/// <param name="Content">How much they hold: <see cref="Backport.IdOnly"/>.</param>
/// <param name="BaseUrl">The address of this server, as the author knew it.</param>
internal sealed record SubscriptionPlan(string? Topic, string Search, string Endpoint, string Payload, string Content, string BaseUrl)
{
    /// <summary>How many changes a notification holds at most, whatever is asked for.</summary>
    public const int MostChanges = 100;
    private const int UsualChanges = 20;
    private const string ProcessMessage = "/$process-message";
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(20);

    /// <summary>What stands for a plan that a row does not hold: it asks for nothing.</summary>
    public static readonly SubscriptionPlan None = new(Topic: null, Search: "", Endpoint: "", Payload: "", Backport.Empty, BaseUrl: "");

    /// <summary>The event of the catalogue that it is about; null: changes of resources.</summary>
    public string? Event { get; init; }

    /// <summary>The id of the organization's topic that it follows; null: the topic is the server's.</summary>
    public string? OwnTopic { get; init; }

    /// <summary>What is asked of the events, as it was sent.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];

    /// <summary>The endpoint is a FHIR server, and notifications are FHIR messages to it.</summary>
    public bool IsMessage { get; init; }

    /// <summary>The type of its channel; null in rows from before other channels than these could be added.</summary>
    public string? Channel { get; init; }

    public int? Heartbeat { get; init; }

    public int? Timeout { get; init; }

    public int? MaxCount { get; init; }

    /// <summary>The type of the resources that it is about.</summary>
    [JsonIgnore]
    public string Type => Search.Split('?', 2)[0];

    /// <summary>By which way the server goes to its receiver.</summary>
    [JsonIgnore]
    public string ChannelType => Channel ?? (IsMessage ? RestHook.Message
        : Endpoint.StartsWith(MailChannel.Scheme, StringComparison.Ordinal) ? MailChannel.Type : RestHook.Type);

    /// <summary>Notifications are mails.</summary>
    [JsonIgnore]
    public bool IsMail => ChannelType == MailChannel.Type;

    /// <summary>To where a notification is POSTed.</summary>
    [JsonIgnore]
    public string Address => !IsMessage || Endpoint.EndsWith(ProcessMessage, StringComparison.Ordinal)
        ? Endpoint : $"{Endpoint.TrimEnd('/')}{ProcessMessage}";

    /// <summary>The host of its endpoint, with its port; empty where there is none.</summary>
    [JsonIgnore]
    public string Receiver => Uri.TryCreate(Endpoint, UriKind.Absolute, out var endpoint) ? endpoint.Authority : "";

    /// <summary>How long one attempt may take.</summary>
    [JsonIgnore]
    public TimeSpan Attempt => Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualTimeout;

    /// <summary>How many changes one notification holds at most.</summary>
    [JsonIgnore]
    public int Most => Math.Min(MaxCount ?? UsualChanges, MostChanges);

    /// <summary>The same events are asked for, of the same topic.</summary>
    public bool AsksAs(SubscriptionPlan other) =>
        (Event, OwnTopic, Search) == (other.Event, other.OwnTopic, other.Search)
        && Filters.SequenceEqual(other.Filters, StringComparer.Ordinal);

    /// <summary>The search, understood as this call does; refused where the server does not take it any more.</summary>
    public Result<LiveSearch> Read(FhirCall call) => ReadLiveSearch.Run(
        // What would be left out of a search shows more: whatever its client prefers, all of it is understood, or it is refused.
        Search, call with { Parameters = SearchParameterSet.R4, Handling = Handling.Strict }, most: 1);

    /// <summary>No value of a filter says whom a change, or an event, concerns: each of them is asked.</summary>
    public bool IsBroad(FhirCall call) => Event is null
        ? Read(call) is { IsRefused: false, Value.Keys.Count: 0 } : ReadEvents(call) is { IsRefused: false, Value.Question.Keys.Count: 0 };

    /// <summary>The events, understood as this call does; refused where the catalogue does not have them any more.</summary>
    public Result<AskedEvents> ReadEvents(FhirCall call)
    {
        if (Topics.OfEvent(Event ?? "") is not { } topic) return SubscriptionForm.No("Subscription.criteria", "There is no such topic.");
        var question = EventQuestion.Read(topic, Filters, call.Own);
        return question.Refusal is { } refused ? refused : new AskedEvents(topic, question.Value);
    }
}

/// <summary>A subscription as it stands.</summary>
internal sealed record SubscriptionRow
{
    public const string Columns = $"""
        tenant_id, subscription_id, position, since, owner, status, body, headers, ends_at, deleted, events, delivered, attempts,
          failing_since, error, pushes, held, due_at, {TopicTables.Followed}, app_id, app_scopes, app_patient, app_session
        """;

    public required TenantId Tenant { get; init; }

    public required string Id { get; init; }

    /// <summary>The place of its last change in the tenant's log.</summary>
    public required long Position { get; init; }

    /// <summary>Changes behind this place count.</summary>
    public required long Since { get; init; }

    /// <summary>With whose rights it is told.</summary>
    public required SubscriptionOwner Owner { get; init; }

    public required string Status { get; init; }

    public required SubscriptionPlan Plan { get; init; }

    /// <summary>False: its plan cannot be read. Others go on, and those who run the server are told.</summary>
    public bool IsReadable => !ReferenceEquals(Plan, SubscriptionPlan.None);

    /// <summary>The headers of its requests, sealed; null: none.</summary>
    public byte[]? SealedHeaders { get; init; }

    public DateTimeOffset? EndsAt { get; init; }

    public required bool IsDeleted { get; init; }

    /// <summary>The number of the last event: how many there were since it began.</summary>
    public required long Events { get; init; }

    /// <summary>The number up to which the receiver has taken them.</summary>
    public required long Delivered { get; init; }

    /// <summary>Attempts in a row that failed.</summary>
    public required long Attempts { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Why, as a code.</summary>
    public string? Error { get; init; }

    /// <summary>The server goes to its receiver; false: the receiver comes with a socket.</summary>
    public required bool Pushes { get; init; }

    /// <summary>It waits behind a failed attempt, or one is under way.</summary>
    public required bool IsHeld { get; init; }

    /// <summary>When something is to be done about it; microseconds, for it is compared exactly.</summary>
    public long? DueAt { get; init; }

    /// <summary>The organization's topic that it follows, as its row has it; null: it follows none, or the topic is gone.</summary>
    public string? Topic { get; init; }

    public bool IsActive => Status == SubscriptionBody.Active;

    /// <summary>The topic is gone, or was changed so that it does not take the subscription any more.</summary>
    public bool HasLostTopic => Plan.OwnTopic is not null && (Topic is null || TopicPlan.Find(Topic)?.Suits(Plan) != true);

    /// <summary>When something is due that no change causes: a sign of life, its end.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset now)
    {
        var beat = Pushes && Plan.Heartbeat is { } seconds ? now + TimeSpan.FromSeconds(seconds) : (DateTimeOffset?)null;
        return beat is null || EndsAt < beat ? EndsAt : beat;
    }

    public static string BodyOf(SubscriptionPlan plan) => JsonSerializer.Serialize(plan);

    public static SubscriptionRow Of(DbDataReader row) => new()
    {
        Tenant = new TenantId(row.GetString(0)),
        Id = row.GetString(1),
        Position = row.GetInt64(2),
        Since = row.GetInt64(3),
        Owner = new SubscriptionOwner(new UserId(row.GetString(4)))
        {
            App = row.IsDBNull(19) ? null : new ActingApp(row.GetString(19), row.GetString(20), PatientOf(row, 21)),
            Session = row.IsDBNull(22) ? null : new SessionId(row.GetString(22)),
        },
        Status = row.GetString(5),
        Plan = PlanOf(row.GetString(6)),
        SealedHeaders = row.IsDBNull(7) ? null : (byte[])row.GetValue(7),
        EndsAt = InstantOf(row, 8),
        IsDeleted = row.GetBoolean(9),
        Events = row.GetInt64(10),
        Delivered = row.GetInt64(11),
        Attempts = row.GetInt64(12),
        FailingSince = InstantOf(row, 13),
        Error = row.IsDBNull(14) ? null : row.GetString(14),
        Pushes = row.GetBoolean(15),
        IsHeld = row.GetBoolean(16),
        DueAt = row.IsDBNull(17) ? null : row.GetInt64(17),
        Topic = row.IsDBNull(18) ? null : row.GetString(18),
    };

    /// <summary>What a row says is asked for; <see cref="SubscriptionPlan.None"/> where it cannot be read.</summary>
    public static SubscriptionPlan PlanOf(string? body) =>
        RowText.Read<SubscriptionPlan>(body) is { Search: not null, Endpoint: not null, BaseUrl: not null } plan
            ? plan : SubscriptionPlan.None;

    private static PatientId? PatientOf(DbDataReader row, int column) => row.IsDBNull(column) ? null : new PatientId(row.GetString(column));

    private static DateTimeOffset? InstantOf(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Instant.FromMicroseconds(row.GetInt64(column));
}
