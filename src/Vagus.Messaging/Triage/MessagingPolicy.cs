using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Hours;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Words;

namespace Vagus.Messaging.Triage;

/// <summary>What a tenant has set for its messages: its setting <c>messaging</c>. Without one nothing waits and nothing is due.</summary>
internal sealed record MessagingPolicy
{
    public const string Setting = "messaging";
    public const int MostUndoSeconds = 15;

    private const int MostTeams = 20;
    private const int MostOfClinic = 120;

    private static readonly string[] Dating = ["calendar", "teams", "targets"];

    private static readonly string[] Fields =
        ["undoSeconds", "language", "clinic", "labels", "calendar", "teams", "targets", "escalation", "autoReplies", "search", "retention",
            "routing"];

    public static readonly MessagingPolicy Default = new();

    /// <summary>How long an answer may be taken back before it is sent.</summary>
    public TimeSpan UndoWindow { get; init; }

    public Language Language { get; init; }

    public string? ClinicName { get; init; }

    public string? ClinicPhone { get; init; }

    public IReadOnlyList<ThreadLabel> Labels { get; init; } = [];

    public BusinessCalendar Calendar { get; init; } = BusinessCalendar.Always;

    /// <summary>Calendars of teams that have other hours than the clinic.</summary>
    public IReadOnlyDictionary<string, BusinessCalendar> Teams { get; init; } =
        new Dictionary<string, BusinessCalendar>(StringComparer.Ordinal);

    public IReadOnlyList<ServiceTarget> Targets { get; init; } = [];

    /// <summary>An overdue thread loses its assignee and goes back to all who see it.</summary>
    public bool EscalatesToPool { get; init; }

    public AutoReplies AutoReplies { get; init; } = new();

    /// <summary>At most one for each category.</summary>
    public IReadOnlyList<RoutingRule> Routing { get; init; } = [];

    /// <summary>The texts of threads may be kept opened in memory, to be searched.</summary>
    public bool AllowsSearch { get; init; }

    public ThreadRetention Retention { get; init; } = ThreadRetention.None;

    public BusinessCalendar CalendarOf(ThreadRow thread) =>
        thread.Team is { } team && Teams.TryGetValue(team, out var own) ? own : Calendar;

    public RoutingRule? RuleOf(string? category) => Routing.FirstOrDefault(rule => rule.Category == category);

    /// <summary>What due dates follow from, as one text: the same as long as that is the same.</summary>
    public static string DatedBy(JsonElement? setting)
    {
        var parts = Dating.Select(name =>
            setting is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty(name, out var part) ? part.GetRawText() : "");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
    }

    public static Refusal? Refuse(JsonElement setting) => Read(setting).Refusal;

    public static Result<MessagingPolicy> Read(JsonElement setting)
    {
        if (setting.ValueKind != JsonValueKind.Object) return FieldRefusals.NotAnObject;
        var fields = RequestFields.Read(setting, Fields);
        if (fields.Refusal is { } unknown) return unknown;
        var (undo, language, escalation) = (
            fields.Value.Position("undoSeconds"), fields.Value.OptionalText("language"), fields.Value.OptionalText("escalation"));
        var search = fields.Value.Flag("search");
        if ((undo.Refusal ?? language.Refusal ?? escalation.Refusal ?? search.Refusal) is { } malformed) return malformed;
        if (undo.Value > MostUndoSeconds) return FieldRefusals.Wrong("undoSeconds", $"0 to {MostUndoSeconds}");
        if (language.Value is { } name && Languages.Parse(name) is null) return FieldRefusals.Wrong("language", "en or es");
        if (escalation.Value is not (null or "mark" or "pool")) return FieldRefusals.Wrong("escalation", "mark or pool");
        return ReadParts(setting, new MessagingPolicy
        {
            UndoWindow = TimeSpan.FromSeconds(undo.Value ?? 0),
            Language = Languages.Parse(language.Value ?? "en") ?? Language.English,
            EscalatesToPool = escalation.Value == "pool",
            AllowsSearch = search.Value == true,
        });
    }

    private static Result<MessagingPolicy> ReadParts(JsonElement setting, MessagingPolicy policy)
    {
        var (clinic, teams) = (Part(setting, "clinic", ReadClinic, default), ReadTeams(setting));
        var labels = Part(setting, "labels", ThreadLabel.Read, policy.Labels);
        var calendar = Part(setting, "calendar", BusinessCalendar.Read, policy.Calendar);
        var targets = Part(setting, "targets", ServiceTarget.Read, policy.Targets);
        var replies = Part(setting, "autoReplies", AutoReplies.Read, policy.AutoReplies);
        var retention = Part(setting, "retention", ThreadRetention.Read, policy.Retention);
        var routing = Part(setting, "routing", RoutingRule.Read, policy.Routing);
        var refusal = clinic.Refusal ?? labels.Refusal ?? calendar.Refusal ?? teams.Refusal ?? targets.Refusal ?? replies.Refusal
            ?? retention.Refusal ?? routing.Refusal;
        if (refusal is not null) return refusal;
        return policy with
        {
            ClinicName = clinic.Value.Name,
            ClinicPhone = clinic.Value.Phone,
            Labels = labels.Value,
            Calendar = calendar.Value,
            Teams = teams.Value,
            Targets = targets.Value,
            AutoReplies = replies.Value,
            Retention = retention.Value,
            Routing = routing.Value,
        };
    }

    private static Result<T> Part<T>(JsonElement setting, string name, Func<JsonElement, Result<T>> read, T otherwise) =>
        setting.TryGetProperty(name, out var part) && part.ValueKind != JsonValueKind.Null ? read(part) : otherwise;

    private static Result<(string? Name, string? Phone)> ReadClinic(JsonElement given)
    {
        var fields = RequestFields.Read(given, "name", "phone");
        if (fields.Refusal is { } unknown) return unknown;
        var (name, phone) = (fields.Value.OptionalText("name", MostOfClinic), fields.Value.OptionalText("phone", MostOfClinic));
        if ((name.Refusal ?? phone.Refusal) is { } malformed) return malformed;
        return (name.Value, phone.Value);
    }

    private static Result<Dictionary<string, BusinessCalendar>> ReadTeams(JsonElement setting)
    {
        var teams = new Dictionary<string, BusinessCalendar>(StringComparer.Ordinal);
        if (!setting.TryGetProperty("teams", out var given) || given.ValueKind == JsonValueKind.Null) return teams;
        if (given.ValueKind != JsonValueKind.Object) return FieldRefusals.Wrong("teams", "an object of calendars");
        foreach (var team in given.EnumerateObject())
        {
            if (teams.Count == MostTeams) return FieldRefusals.TooMany("teams", MostTeams);
            var calendar = BusinessCalendar.Read(team.Value);
            if (calendar.Refusal is { } malformed) return malformed;
            teams[team.Name] = calendar.Value;
        }

        return teams;
    }
}
