using System.Text.Json.Serialization;
using Vagus.Access.Audit;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Access.Incoming;

/// <summary>
/// Events that happened elsewhere enter the log: from HTTP, and from a bus. Those that are valid enter in one transaction, in the order in
/// which they came; an id that was published before is a repetition. Who published is in the audit; the event names its own user.
/// </summary>
public interface IPublishEvents
{
    /// <summary>Events of one call.</summary>
    public const int Most = 1_000;

    /// <param name="publisher">A caller with the role <c>service</c>; others are refused.</param>
    /// <param name="origin">By which way they came.</param>
    /// <param name="events">As they were read, at most <see cref="Most"/>: what could not be read is answered as refused.</param>
    /// <param name="cancel">Ends the waiting for the commit.</param>
    /// <returns>What became of each, in order; or a refusal of all, which can be tried again.</returns>
    ValueTask<Result<IReadOnlyList<PublishedEvent>>> Run(
        Caller publisher, AuditOrigin origin, IReadOnlyList<CloudEventReading> events, CancellationToken cancel);
}

/// <summary>What became of one event that was published.</summary>
/// <param name="Id">Its id; null where it could not be read.</param>
/// <param name="Outcome"><c>accepted</c>, <c>duplicate</c> or <c>rejected</c>.</param>
public sealed record PublishedEvent(string? Id, string Outcome)
{
    public const string Accepted = "accepted";
    public const string Duplicate = "duplicate";
    public const string Rejected = "rejected";

    /// <summary>Its position in the tenant's log, also that of its first publication.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Sequence { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PublishedError? Error { get; init; }
}

/// <summary>Why an event was not taken. The message is safe to show and to log.</summary>
public sealed record PublishedError(string Code, string Message);
