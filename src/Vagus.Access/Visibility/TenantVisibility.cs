using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Access.Visibility;

/// <summary>
/// A tenant's choice of who sees which event, from its setting <c>visibility</c>: <c>"open"</c> shows all staff all events but threads of
/// others; an object takes events away from roles (<c>{ "lab": ["lab.critical.alert"], "nurse": ["radiology.*"] }</c>).
/// </summary>
public sealed record TenantVisibility
{
    public const string Setting = "visibility";

    public static readonly TenantVisibility Default = new();

    public bool IsOpen { get; private init; }

    private FrozenDictionary<Role, string[]> Taken { get; init; } = FrozenDictionary<Role, string[]>.Empty;

    public bool TakesAway(Role role, string type) =>
        Taken.TryGetValue(role, out var names) && Array.Exists(names, name => EventVisibility.Names(name, type));

    /// <summary>A list that cannot be read takes everything from its role: a mistake must not show more than was meant.</summary>
    public static TenantVisibility Parse(JsonElement? setting) => setting switch
    {
        { ValueKind: JsonValueKind.String } word when word.GetString() == "open" => new TenantVisibility { IsOpen = true },
        { ValueKind: JsonValueKind.Object } narrowed => new TenantVisibility
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

/// <summary>The tenants' visibility as it is now, or was at most <see cref="MaxAge"/> ago.</summary>
public sealed class TenantVisibilities(TenantSettings settings, TimeProvider clock)
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<TenantId, (TenantVisibility Visibility, string? Text, long ReadAt)> known = new();

    /// <summary>The same instance as long as the setting is the same.</summary>
    public async ValueTask<TenantVisibility> Of(TenantId tenant, CancellationToken cancel)
    {
        var isKnown = known.TryGetValue(tenant, out var cached);
        if (isKnown && clock.GetElapsedTime(cached.ReadAt) < MaxAge) return cached.Visibility;
        if (known.Count >= Most) known.Clear();
        var readAt = clock.GetTimestamp();
        var setting = await settings.Read(tenant, TenantVisibility.Setting, cancel);
        var text = setting?.GetRawText();
        var visibility = isKnown && cached.Text == text ? cached.Visibility : TenantVisibility.Parse(setting);
        known[tenant] = (visibility, text, readAt);
        return visibility;
    }
}
