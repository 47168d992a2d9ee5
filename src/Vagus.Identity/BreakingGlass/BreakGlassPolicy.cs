using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Identity.BreakingGlass;

/// <summary>
/// What a tenant says about emergencies, in its setting <c>break-glass</c>:
/// <c>{ "roles": ["provider", "nurse"], "minutes": 60, "officers": ["u1"] }</c>. Officers are users who are told and review; without them the
/// administrators are.
/// </summary>
internal sealed record BreakGlassPolicy
{
    public const string Setting = "break-glass";
    public const int MaxMinutes = 60;

    // Settings of before say up to so much: what they open ends after an hour all the same.
    private const int MaxMinutesOfBefore = 240;
    public const int MaxOfficers = 50;

    public static readonly BreakGlassPolicy Default = new();

    /// <summary>Who treats people. Others have no emergency of this kind.</summary>
    public static readonly Role[] Clinical =
        [Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.Pharmacy, Role.Lab, Role.Radiology];

    public IReadOnlyList<Role> Roles { get; private init; } = [Role.Provider, Role.Nurse];

    public TimeSpan Length { get; private init; } = TimeSpan.FromMinutes(60);

    public IReadOnlyList<string> Officers { get; private init; } = [];

    /// <summary>A setting that cannot be read allows nothing to anybody: a mistake must not open more than was meant.</summary>
    public static BreakGlassPolicy Parse(JsonElement? setting) =>
        setting is not { } given ? Default : Read(given, MaxMinutesOfBefore) ?? Default with { Roles = [] };

    public static Refusal? Refuse(JsonElement setting) => Read(setting, MaxMinutes) is not null
        ? null
        : new Refusal(
            RefusalKind.Invalid,
            "invalid_break_glass",
            $"The setting break-glass takes roles (of {string.Join(", ", Clinical.Select(role => role.Name()))}), minutes (1 to {MaxMinutes}) "
                + $"and officers (at most {MaxOfficers} ids of users).");

    private static BreakGlassPolicy? Read(JsonElement setting, int mostMinutes)
    {
        if (setting.ValueKind != JsonValueKind.Object) return null;
        var policy = Default;
        foreach (var field in setting.EnumerateObject())
        {
            var next = field.Name switch
            {
                "roles" when RolesIn(field.Value) is { } roles => policy with { Roles = roles },
                "minutes" when field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out var minutes)
                    && minutes >= 1 && minutes <= mostMinutes =>
                    policy with { Length = TimeSpan.FromMinutes(Math.Min(minutes, MaxMinutes)) },
                "officers" when TextsIn(field.Value) is { Length: <= MaxOfficers } users => policy with { Officers = users },
                _ => null,
            };
            if (next is null) return null;
            policy = next;
        }

        return policy;
    }

    private static Role[]? RolesIn(JsonElement value)
    {
        if (TextsIn(value) is not { } names) return null;
        var roles = names.Select(Kernel.Roles.Parse).OfType<Role>().Where(Clinical.Contains).ToArray();
        return roles.Length == names.Length ? roles : null;
    }

    private static string[]? TextsIn(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)] : null;
}
