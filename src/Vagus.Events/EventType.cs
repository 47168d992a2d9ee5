using System.Text.Json.Serialization.Metadata;

namespace Vagus.Events;

/// <summary>One row of the catalogue: the names an event goes by on every wire, and the record that is its data.</summary>
public sealed class EventType
{
    internal EventType(JsonTypeInfo json) => Json = json;

    /// <summary>The CloudEvents type and the name in the log: <c>lab.critical.alert</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The Socket.IO event: <c>lab:critical_alert</c>. Null for <c>resource.*</c>, which only the raw WebSocket carries.</summary>
    public required string? SocketName { get; init; }

    /// <summary>The <c>event_type</c> of a <c>clinical_event</c> frame on the raw WebSocket: <c>critical_result</c>.</summary>
    public required string ClinicalKind { get; init; }

    /// <summary>When it happens, in one sentence.</summary>
    public required string When { get; init; }

    public EventImportance Importance { get; init; }

    /// <summary>True for what no patient surface may ever carry, whoever asks: internal notes.</summary>
    public bool StaffOnly { get; init; }

    /// <summary>How it is decided who sees it: by the family, so that no new event of a thread can be shown by role alone.</summary>
    public AudienceKind Audience => Family switch
    {
        "thread" or "message" or "note" => AudienceKind.Participants,
        "resource" => AudienceKind.Readers,
        "notification" => AudienceKind.Person,
        _ => AudienceKind.Roles,
    };

    /// <summary>The record; its JSON form is the event's <c>data</c>.</summary>
    public Type DataType => Json.Type;

    /// <summary>The first word of the name: the clinical domain (<c>lab</c>), which visibility rules speak of.</summary>
    public string Family => Name[..Name.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>
    /// The generated serialiser of <see cref="DataType"/>; it also names the fields, for documentation and code generation.
    /// </summary>
    public JsonTypeInfo Json { get; }

    public override string ToString() => Name;
}
