using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Access.Outgoing;
using Vagus.Kernel;

namespace Vagus.Care.Alerts;

/// <summary>
/// How an alert goes on when it is not answered. A tenant sets one for each type, or for all, in the setting <c>alert-policy</c>; an alert
/// keeps the one that it was raised under.
/// <code>
/// { "default": { "levels": [{ "to": "owner", "minutes": 10, "channels": ["push", "sms"] }, …], "actionMinutes": 60, … },
///   "critical_lab_value": { … } }
/// </code>
/// </summary>
internal sealed record AlertPolicy
{
    public const string Setting = "alert-policy";

    private const int MostLevels = 10;
    private const int LongestMinutes = 7 * 24 * 60;
    private const string ForAll = "default";
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);
    private static readonly string[] Fields = ["levels", "actionMinutes", "repeatMinutes", "readBack"];

    public static readonly AlertPolicy Default = new();

    /// <summary>Whom it goes to in turn, and how long each has to acknowledge it.</summary>
    public IReadOnlyList<AlertLevel> Levels { get; init; } =
    [
        new(AlertLevel.Owner, 10), new(AlertLevel.Backup, 10), new(AlertLevel.ChargeNurse, 10), new(AlertLevel.Phone, 30),
    ];

    /// <summary>How long the one who has acknowledged it has to record an action before it comes back.</summary>
    public int ActionMinutes { get; init; } = 60;

    /// <summary>After how long the last level is told again, until somebody answers.</summary>
    public int RepeatMinutes { get; init; } = 30;

    /// <summary>To acknowledge means to repeat the value.</summary>
    public bool ReadBack { get; init; }

    /// <summary>How long the first owner has.</summary>
    [JsonIgnore]
    public TimeSpan FirstLimit => TimeSpan.FromMinutes(Levels[0].Minutes);

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static AlertPolicy Kept(string json) => JsonSerializer.Deserialize<AlertPolicy>(json, Options) ?? Default;

    /// <summary>The tenant's policy for a type. What it does not say is as for all types, and then as the house has it.</summary>
    public static AlertPolicy For(string type, JsonElement? setting)
    {
        var policy = Default;
        if (setting is not { ValueKind: JsonValueKind.Object } own) return policy;
        if (own.TryGetProperty(ForAll, out var all)) policy = policy.With(all);
        return own.TryGetProperty(type, out var typed) ? policy.With(typed) : policy;
    }

    /// <summary>Why a setting cannot be taken; null when it can.</summary>
    public static Refusal? Refuse(JsonElement setting)
    {
        if (setting.ValueKind != JsonValueKind.Object) return Invalid("it is an object of alert types");
        foreach (var entry in setting.EnumerateObject())
        {
            if (entry.Name != ForAll && !AlertTypes.All.Contains(entry.Name)) return Invalid("it names an alert that does not exist");
            if (entry.Value.ValueKind != JsonValueKind.Object) return Invalid("the policy of a type is an object");
            if (entry.Value.EnumerateObject().Any(field => !Fields.Contains(field.Name)))
                return Invalid($"its fields are {string.Join(", ", Fields)}");
            if (RefuseFields(entry.Value) is { } refusal) return refusal;
        }

        return null;
    }

    private static Refusal? RefuseFields(JsonElement policy)
    {
        foreach (var name in (string[])["actionMinutes", "repeatMinutes"])
        {
            if (policy.TryGetProperty(name, out var minutes) && !IsMinutes(minutes)) return Invalid($"'{name}' is a number of minutes");
        }

        if (policy.TryGetProperty("readBack", out var flag) && flag.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return Invalid("'readBack' is true or false");
        if (!policy.TryGetProperty("levels", out var levels)) return null;
        if (levels.ValueKind != JsonValueKind.Array || levels.GetArrayLength() is < 1 or > MostLevels)
            return Invalid($"'levels' is a list of 1 to {MostLevels}");
        return levels.EnumerateArray().All(IsLevel)
            ? null : Invalid(
                $"a level is {{ \"to\", \"minutes\", \"channels\" }}, 'to' one of {string.Join(", ", AlertLevel.Kinds)}, and 'channels' of "
                + string.Join(", ", NoticeNames.AllChannels));
    }

    private static bool IsLevel(JsonElement level) =>
        level.ValueKind == JsonValueKind.Object
            && level.EnumerateObject().All(field => field.Name is "to" or "minutes" or "channels")
            && (!level.TryGetProperty("channels", out var channels) || AreChannels(channels))
            && level.TryGetProperty("to", out var to) && to.ValueKind == JsonValueKind.String && AlertLevel.Kinds.Contains(to.GetString())
            && level.TryGetProperty("minutes", out var minutes) && IsMinutes(minutes);

    private static bool AreChannels(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= NoticeNames.AllChannels.Count
            && value.EnumerateArray().All(each =>
                each.ValueKind == JsonValueKind.String && NoticeNames.ParseChannel(each.GetString() ?? "") is not null);

    private static bool IsMinutes(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var minutes) && minutes is >= 1 and <= LongestMinutes;

    private AlertPolicy With(JsonElement own) => this with
    {
        Levels = own.TryGetProperty("levels", out var levels)
            ? [.. levels.EnumerateArray().Select(LevelOf)] : Levels,
        ActionMinutes = own.TryGetProperty("actionMinutes", out var action) ? action.GetInt32() : ActionMinutes,
        RepeatMinutes = own.TryGetProperty("repeatMinutes", out var repeat) ? repeat.GetInt32() : RepeatMinutes,
        ReadBack = own.TryGetProperty("readBack", out var readBack) ? readBack.GetBoolean() : ReadBack,
    };

    private static AlertLevel LevelOf(JsonElement level) =>
        new(level.GetProperty("to").GetString()!, level.GetProperty("minutes").GetInt32())
        {
            Channels = level.TryGetProperty("channels", out var channels)
                ? [.. channels.EnumerateArray().Select(each => each.GetString() ?? "").Distinct()] : null,
        };

    private static Refusal Invalid(string cause) =>
        new(RefusalKind.Invalid, "invalid_alert_policy", $"The setting {Setting} cannot be taken: {cause}.");
}

/// <summary>Who owns an alert at one level, resolved at the moment when it gets there, and how long until the next.</summary>
internal sealed record AlertLevel(string To, int Minutes)
{
    /// <summary>The provider who ordered or prescribed, or the provider on call.</summary>
    public const string Owner = "owner";

    public const string Backup = "backup";

    public const string ChargeNurse = "charge_nurse";

    public const string Admin = "admin";

    /// <summary>Somebody calls on the telephone and writes down whom, when and what was read back.</summary>
    public const string Phone = "phone";

    public static readonly IReadOnlyList<string?> Kinds = [Owner, Backup, ChargeNurse, Admin, Phone];

    private static readonly NoticeChannel[] Usual = [NoticeChannel.Push, NoticeChannel.Sms, NoticeChannel.Email];

    /// <summary>
    /// By which the owner is told besides the screen; null, as in policies from before there were any: as the house has it.
    /// </summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>At the last level the one who is to call is called too.</summary>
    public IReadOnlyList<NoticeChannel> Ways() => Channels is { } own
        ? [.. own.Select(NoticeNames.ParseChannel).OfType<NoticeChannel>()]
        : To == Phone ? [.. Usual, NoticeChannel.Voice] : Usual;
}
