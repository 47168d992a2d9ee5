using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Identity.Sessions;

/// <summary>
/// What a tenant asks of its people's sessions, from its setting <c>sign-in</c>:
/// <c>{ "idleMinutes": 10, "patientIdleMinutes": 20, "secondFactor": "staff" }</c>, or <c>"secondFactor": ["admin", "provider"]</c>.
/// </summary>
internal sealed record SignInPolicy
{
    public const string Setting = "sign-in";
    public const int MinIdle = 2;
    public const int MaxIdle = 60;

    public static readonly SignInPolicy Default = new();

    private static readonly Role[] Staff = [.. Enum.GetValues<Role>().Where(role => role.IsStaff())];

    public int IdleMinutes { get; private init; } = 15;

    public int PatientIdleMinutes { get; private init; } = 30;

    /// <summary>Who may not sign in by a password alone.</summary>
    public IReadOnlyList<Role> SecondFactor { get; private init; } = [];

    /// <summary>Zero: no limit. Programs and drivers do nothing that the server could see for hours.</summary>
    public TimeSpan IdleLimitOf(Role role)
    {
        if (role == Role.Patient) return TimeSpan.FromMinutes(PatientIdleMinutes);
        return role.IsStaff() ? TimeSpan.FromMinutes(IdleMinutes) : TimeSpan.Zero;
    }

    public static SignInPolicy Parse(JsonElement? setting)
    {
        if (setting is not { ValueKind: JsonValueKind.Object } given) return Default;
        return new SignInPolicy
        {
            IdleMinutes = Minutes(given, "idleMinutes") ?? Default.IdleMinutes,
            PatientIdleMinutes = Minutes(given, "patientIdleMinutes") ?? Default.PatientIdleMinutes,
            SecondFactor = given.TryGetProperty("secondFactor", out var roles) ? RolesIn(roles) ?? Staff : [],
        };
    }

    /// <summary>Why a setting cannot be taken; null when it can.</summary>
    public static Refusal? Refuse(JsonElement setting)
    {
        if (setting.ValueKind != JsonValueKind.Object) return Invalid("it is an object");
        foreach (var entry in setting.EnumerateObject())
        {
            switch (entry.Name)
            {
                case "idleMinutes" or "patientIdleMinutes" when Minutes(setting, entry.Name) is null:
                    return Invalid($"{entry.Name} is a whole number from {MinIdle} to {MaxIdle}");
                case "secondFactor" when RolesIn(entry.Value) is null:
                    return Invalid("secondFactor is \"staff\" or a list of staff roles");
                case "idleMinutes" or "patientIdleMinutes" or "secondFactor":
                    break;
                default:
                    return Invalid($"there is no '{entry.Name}'");
            }
        }

        return null;
    }

    private static int? Minutes(JsonElement setting, string name) =>
        setting.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var minutes)
            && minutes is >= MinIdle and <= MaxIdle
            ? minutes
            : null;

    private static Role[]? RolesIn(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return value.GetString() == "staff" ? Staff : null;
        if (value.ValueKind != JsonValueKind.Array) return null;

        var roles = value.EnumerateArray().Select(name => name.ValueKind == JsonValueKind.String ? Roles.Parse(name.GetString()) : null);
        var known = roles.OfType<Role>().Where(role => role.IsStaff()).ToArray();
        return known.Length == value.GetArrayLength() ? known : null;
    }

    private static Refusal Invalid(string why) => new(
        RefusalKind.Unprocessable, "invalid_setting", $"The setting {Setting} cannot be taken: {why}.");
}
