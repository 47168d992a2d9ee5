using System.Collections.Frozen;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Access.Visibility;

/// <summary>
/// A tenant's own word on who sees what. Its setting <c>visibility</c> is about events: <c>"open"</c> shows all staff all events but threads
/// of others; an object takes events away from roles (<c>{ "lab": ["lab.critical.alert"], "nurse": ["radiology.*"] }</c>). Its setting
/// <c>policy</c> takes resource types and labelled records away from roles: <see cref="TenantNarrowing"/>.
/// </summary>
public sealed record TenantPolicy
{
    public const string VisibilitySetting = "visibility";

    public static readonly TenantPolicy Default = new();

    public bool IsOpen { get; private init; }

    public TenantNarrowing Narrowing { get; private init; } = TenantNarrowing.None;

    private FrozenDictionary<Role, string[]> Taken { get; init; } = FrozenDictionary<Role, string[]>.Empty;

    public bool TakesAway(Role role, string type) =>
        Taken.TryGetValue(role, out var names) && Array.Exists(names, name => EventVisibility.Names(name, type));

    /// <summary>A list that cannot be read takes everything from its role: a mistake must not show more than was meant.</summary>
    public static TenantPolicy Parse(JsonElement? visibility, JsonElement? narrowing = null) =>
        visibility is null && narrowing is null ? Default : OfVisibility(visibility) with { Narrowing = TenantNarrowing.Parse(narrowing) };

    private static TenantPolicy OfVisibility(JsonElement? setting) => setting switch
    {
        { ValueKind: JsonValueKind.String } word when word.GetString() == "open" => new TenantPolicy { IsOpen = true },
        { ValueKind: JsonValueKind.Object } narrowed => new TenantPolicy
        {
            Taken = narrowed.EnumerateObject()
                .Where(entry => Roles.Parse(entry.Name) is not null)
                .GroupBy(entry => Roles.Parse(entry.Name)!.Value)
                .ToFrozenDictionary(entries => entries.Key, entries => entries.SelectMany(entry => NamesIn(entry.Value)).ToArray()),
        },
        _ => Default,
    };

    /// <summary>
    /// Why a setting cannot be taken; null when it can. A role or an event that does not exist would take away less than was meant.
    /// </summary>
    public static Refusal? Refuse(JsonElement setting)
    {
        if (setting.ValueKind == JsonValueKind.String && setting.GetString() == "open") return null;
        if (setting.ValueKind != JsonValueKind.Object) return Invalid("it is \"open\" or an object of roles");

        foreach (var entry in setting.EnumerateObject())
        {
            if (Roles.Parse(entry.Name) is null) return Invalid($"there is no role '{entry.Name}'");
            if (entry.Value.ValueKind != JsonValueKind.Array) return Invalid($"'{entry.Name}' is a list of event names");
            foreach (var name in entry.Value.EnumerateArray())
            {
                if (name.ValueKind != JsonValueKind.String || !IsKnown(name.GetString()!))
                    return Invalid($"'{entry.Name}' names an event that does not exist");
            }
        }

        return null;
    }

    private static Refusal Invalid(string cause) =>
        new(RefusalKind.Invalid, "invalid_visibility", $"The setting visibility cannot be taken: {cause}.");

    private static bool IsKnown(string name) =>
        name.Length > 0 && EventCatalogue.All.Any(type => EventVisibility.Names(WithoutStar(name), type.Name));

    private static string[] NamesIn(JsonElement names)
    {
        if (names.ValueKind != JsonValueKind.Array
            || names.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String || name.GetString() is null or ""))
        {
            return [.. EventCatalogue.All.Select(type => type.Name)];
        }

        return [.. names.EnumerateArray().Select(name => WithoutStar(name.GetString()!))];
    }

    private static string WithoutStar(string name) => name.EndsWith(".*", StringComparison.Ordinal) ? name[..^1] : name;
}
