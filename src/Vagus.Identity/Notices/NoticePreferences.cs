using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Vagus.Access.Outgoing;

namespace Vagus.Identity.Notices;

/// <summary>
/// What a person has chosen: by which channels, of which kinds, when not, in which language. Times are the person's local ones. It is
/// stored as JSON; the phone number apart, sealed.
/// </summary>
internal sealed record NoticePreferences
{
    public const string DefaultLanguage = "en";

    public static readonly IReadOnlyList<string> Languages = [DefaultLanguage, "es"];
    public static readonly NoticePreferences Default = new();

    /// <summary>Kinds whose channels a person chooses; an alert's are those of its policy.</summary>
    public static readonly IReadOnlyList<NoticeKind> ChosenKinds = [NoticeKind.Message, NoticeKind.Notification];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    public bool Email { get; init; } = true;

    public bool Sms { get; init; }

    public bool Push { get; init; } = true;

    public bool Digest { get; init; }

    public string DigestTime { get; init; } = "09:00";

    public QuietHours? QuietHours { get; init; }

    /// <summary>A name of the IANA time zone database.</summary>
    public string TimeZone { get; init; } = "UTC";

    public string Language { get; init; } = DefaultLanguage;

    public IReadOnlyList<string> Message { get; init; } = [NoticeChannel.Email.Name(), NoticeChannel.Push.Name(), NoticeChannel.Sms.Name()];

    public IReadOnlyList<string> Notification { get; init; } = [NoticeChannel.Push.Name()];

    public DateTimeZone Zone => DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) ?? DateTimeZone.Utc;

    public IReadOnlyList<string> ChannelsOf(NoticeKind kind) => kind == NoticeKind.Message ? Message : Notification;

    /// <summary>The channel is on, and chosen for the kind.</summary>
    public bool Wants(NoticeKind kind, NoticeChannel channel) => IsOn(channel) && ChannelsOf(kind).Contains(channel.Name());

    /// <summary>Of a tag with a region or script too, such as <c>es-MX</c>; null for one that is not written here.</summary>
    public static string? LanguageOf(string? tag) =>
        Languages.FirstOrDefault(language => string.Equals(language, tag?.Split('-', '_')[0], StringComparison.OrdinalIgnoreCase));

    public static LocalTime? Time(string text) => Clock.Parse(text) is { Success: true } parsed ? parsed.Value : null;

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static NoticePreferences Parse(string json) => JsonSerializer.Deserialize<NoticePreferences>(json, Json) ?? Default;

    private bool IsOn(NoticeChannel channel) => channel switch
    {
        NoticeChannel.Email => Email,
        NoticeChannel.Push => Push,
        NoticeChannel.Sms => Sms,
        _ => false,
    };
}

/// <summary>Between these two times of a day nothing leaves that is not urgent; over midnight where it ends before it begins.</summary>
internal sealed record QuietHours(string From, string To);
