using System.Diagnostics;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>
/// One use of the FHIR server, over HTTP or from another room: who calls, how far that reaches, and by which addresses the caller knows
/// this server. It holds nothing of HTTP.
/// </summary>
/// <param name="Caller">Who calls.</param>
/// <param name="Reach">The caller's, made once per call.</param>
/// <param name="BaseUrl">The address that links in answers begin with.</param>
/// <param name="Own">The addresses that are this server's: the configured ones and that by which this call came.</param>
/// <param name="Clock">The instant that relative search values count from.</param>
internal sealed record FhirCall(Caller Caller, Reach Reach, string BaseUrl, OwnBases Own, TimeProvider Clock)
{
    /// <summary>How many bytes of bodies this call may still bring into memory.</summary>
    public required BodyBudget Bodies { get; init; }

    /// <summary>What its author is told of the resources that it wrote.</summary>
    public WriteWarnings Warnings { get; } = new();

    /// <summary>What its searches may name: R4's parameters, and those that the tenant has uploaded.</summary>
    public SearchParameterSet Parameters { get; init; } = SearchParameterSet.R4;

    public Handling Handling { get; init; }

    /// <summary>The answer tells version and time of what is read, and shows nothing of it (HEAD).</summary>
    public bool IsHeadersOnly { get; init; }

    /// <summary>
    /// Set for the room that keeps messages, which alone writes Communications: to whom this one goes. Null for every other call.
    /// </summary>
    public IReadOnlyList<string>? MessageTo { get; init; }

    /// <summary>Set where the server itself moves a Subscription on to another status. Null for every other call.</summary>
    public SubscriptionMove? MovesSubscription { get; init; }

    /// <summary>
    /// What the links of an answer carry beside their own query: the format that was named in the address; empty: nothing.
    /// </summary>
    public string LinkQuery { get; init; } = "";

    /// <summary>The W3C traceparent of what caused the call, or null.</summary>
    public string? Trace { get; init; }

    /// <summary>From where the call came, as the audit records it.</summary>
    public AuditOrigin Origin { get; init; } = AuditOrigin.Unknown;

    /// <summary>Ends the call's own reads, and its write while that waits for its turn.</summary>
    public CancellationToken Cancel { get; init; }

    /// <summary>
    /// What the server itself writes in consequence of what somebody did: no right of that caller is asked. Nothing of it may be shown.
    /// </summary>
    public static FhirCall AsServer(
        Caller by, AuditOrigin origin, FhirOptions options, OwnBases own, TimeProvider clock, CancellationToken cancel)
    {
        Grant[] all =
        [
            new(ResourceInteractions.Reading, ResourceTypes.All, RowScope.Everything),
            new(ResourceInteractions.Writing, ResourceTypes.All, RowScope.Everything),
        ];
        return new FhirCall(by, new Reach(by, RowScope.Everything, all), options.BaseUrl ?? "", own, clock)
        {
            Bodies = new BodyBudget(options.AnswerBytes), Origin = origin, Trace = Activity.Current?.Id, Cancel = cancel,
        };
    }

    /// <summary>
    /// Refuses an unknown type (404) and one with which the caller never has this interaction (403: which types exist is no secret).
    /// </summary>
    public Refusal? Refuse(ResourceInteractions interaction, string type)
    {
        if (!R4Definitions.IsResourceType(type)) return FhirRefusals.UnknownType(type);
        return Reach.May(interaction, type) ? null : FhirRefusals.Forbidden;
    }

    /// <summary>
    /// Refuses also a caller who has the interaction with the rows of some patients or searches alone: for what no row decides about.
    /// </summary>
    public Refusal? RefuseParts(ResourceInteractions interaction, string type) =>
        Refuse(interaction, type) ?? (Reach.ScopesOf(interaction, type).Any(rows => rows.Patients is null && rows.Criteria.Count == 0)
            ? null : FhirRefusals.Forbidden);

    /// <summary>The address of a link with <see cref="LinkQuery"/>.</summary>
    public string Carrying(string url) =>
        LinkQuery.Length == 0 ? url : $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{LinkQuery}";

    public string LocationOf(StoredResource resource) => $"{BaseUrl}/{resource.Type}/{resource.Id}/_history/{resource.Version}";
}

/// <summary>A step of a Subscription that its author does not take: the server does, or who runs it.</summary>
/// <param name="Owner">Whose it is, and stays.</param>
/// <param name="From">The place in the log of the change that it follows; any other one makes it void.</param>
/// <param name="Status">The status from then on.</param>
/// <param name="Error">Why, as a code; null where nothing is wrong.</param>
internal sealed record SubscriptionMove(UserId Owner, long From, string Status, string? Error)
{
    /// <summary>The number from which on events are told again; null: behind the last that was taken.</summary>
    public long? ReplaysFrom { get; init; }

    /// <summary>The end of the attempt that moved it; null: no attempt did.</summary>
    public AuditEntry? Outcome { get; init; }
}

/// <summary>What becomes of a search parameter that the server does not know (R4 §3.1.1.1).</summary>
internal enum Handling
{
    /// <summary>The search is refused.</summary>
    Strict,

    /// <summary>The parameter is left out.</summary>
    Lenient,
}
