using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;
using Vagus.Messaging.Words;

namespace Vagus.Messaging.Exporting;

/// <summary>A conversation as it is printed: pure text, with times in one zone.</summary>
internal sealed record ConversationText(ExportWords Words, DateTimeZone Zone)
{
    // The offset tells the two hours apart that a change from summer time has twice.
    private static readonly ZonedDateTimePattern Pattern =
        ZonedDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss o<m>", DateTimeZoneProviders.Tzdb);

    public required string? Clinic { get; init; }

    public required string? Patient { get; init; }

    public required string? Subject { get; init; }

    public required DateTimeOffset Began { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required IReadOnlyList<SpokenText> Messages { get; init; }

    /// <summary>What stands above the messages.</summary>
    public IEnumerable<string> Head()
    {
        if (Clinic is not null) yield return Clinic;
        if (Patient is not null) yield return $"{Words.Patient}: {Patient}";
        if (Subject is not null) yield return $"{Words.Subject}: {Subject}";
        yield return $"{Words.Began}: {At(Began)}";
        yield return $"{Words.MadeAt}: {At(MadeAt)}";
        yield return $"{Words.TimesIn} {Zone.Id}.";
    }

    /// <summary>Who wrote a message, and when.</summary>
    public string HeadOf(SpokenText message) => $"{message.Name ?? RoleOf(message)} · {At(message.At)}";

    /// <summary>What was written, and the names of its attachments.</summary>
    public IEnumerable<string> LinesOf(SpokenText message)
    {
        var text = message.State switch
        {
            SpokenState.Retracted => Words.Retracted,
            SpokenState.Unreadable => Words.Unreadable,
            _ => message.Text ?? "",
        };
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n')) yield return line;
        foreach (var file in message.Files) yield return $"{Words.Attachment}: {file}";
    }

    public string At(DateTimeOffset at) => Pattern.Format(at.ToInstant().InZone(Zone));

    private string RoleOf(SpokenText message) => Words.Roles.GetValueOrDefault(message.Role, message.Role);
}

/// <summary>A message of a conversation that is printed.</summary>
/// <param name="At">When it was sent.</param>
/// <param name="Role">The wire name of its sender's role.</param>
/// <param name="Name">Its sender's name with the role; null where only the role is told.</param>
/// <param name="Text">As it was typed; null unless the state is <see cref="SpokenState.Sent"/>.</param>
/// <param name="State">Whether there is a text to show.</param>
/// <param name="Files">Names of attachments.</param>
internal sealed record SpokenText(
    DateTimeOffset At, string Role, string? Name, string? Text, SpokenState State, IReadOnlyList<string> Files);

/// <summary>Whether a message's text is shown.</summary>
internal enum SpokenState
{
    Sent,
    Retracted,
    Unreadable,
}
