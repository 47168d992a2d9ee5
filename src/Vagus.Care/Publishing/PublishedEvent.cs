using System.Text.Json.Serialization;

namespace Vagus.Care.Publishing;

/// <summary>What became of one event that was published.</summary>
/// <param name="Id">Its id; null where it could not be read.</param>
/// <param name="Outcome"><c>accepted</c>, <c>duplicate</c> or <c>rejected</c>.</param>
internal sealed record PublishedEvent(string? Id, string Outcome)
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
internal sealed record PublishedError(string Code, string Message);
