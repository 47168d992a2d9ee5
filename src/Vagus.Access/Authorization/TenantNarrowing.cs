using System.Collections.Frozen;
using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// What a tenant takes away from its roles, from its setting <c>policy</c>. It narrows <see cref="RoleGrants"/> and never adds to them:
/// <code>
/// { "nurse": { "read": ["Claim"], "write": ["MedicationRequest"], "labels": ["Hiv"] }, "lab": { "write": ["*"], "sensitive": false } }
/// </code>
/// <c>read</c> and <c>write</c> name resource types that the role may not read, or write; <c>*</c> is all of them. What may not be read may
/// not be written. <c>labels</c> hides records with labels of these categories (<see cref="Sensitivity"/>) also from those users of the
/// role who may see them; <c>"sensitive": false</c> hides all labelled records.
/// </summary>
public sealed record TenantNarrowing
{
    public const string Setting = "policy";

    public static readonly TenantNarrowing None = new();

    private static readonly Taken Nothing = new(ResourceTypes.None, ResourceTypes.None, Sensitivity.None);
    private static readonly Taken Everything = new(ResourceTypes.All, ResourceTypes.All, Sensitivity.All);

    private TenantNarrowing()
    {
    }

    private FrozenDictionary<Role, Taken> ByRole { get; init; } = FrozenDictionary<Role, Taken>.Empty;

    public Sensitivity HiddenLabels(Role role) => Of(role).Labels;

    public bool Hides(Role role, string type) => Of(role).Reads.Contains(type);

    /// <summary>What is left of the grants of the role.</summary>
    public IReadOnlyList<Grant> Narrow(Role role, IReadOnlyList<Grant> grants) =>
        ByRole.TryGetValue(role, out var taken) ? [.. grants.Select(taken.From)] : grants;

    /// <summary>An entry that cannot be read takes everything from its role: a mistake must not show more than was meant.</summary>
    public static TenantNarrowing Parse(JsonElement? setting)
    {
        if (setting is null) return None;
        if (setting is not { ValueKind: JsonValueKind.Object } roles) return Of(Enum.GetValues<Role>(), Everything);
        return new TenantNarrowing
        {
            ByRole = roles.EnumerateObject()
                .Where(entry => Roles.Parse(entry.Name) is not null)
                .GroupBy(entry => Roles.Parse(entry.Name)!.Value)
                .ToFrozenDictionary(entries => entries.Key, entries => Read(entries.Last().Value) ?? Everything),
        };
    }

    /// <summary>
    /// Why a setting cannot be taken; null when it can. A role or a type that does not exist would take away less than was meant.
    /// </summary>
    public static Refusal? Refuse(JsonElement setting, Func<string, bool> isType)
    {
        if (setting.ValueKind != JsonValueKind.Object) return Invalid("it is an object of roles");
        foreach (var entry in setting.EnumerateObject())
        {
            if (Roles.Parse(entry.Name) is not { } role) return Invalid($"there is no role '{entry.Name}'");
            if (role == Role.Admin) return Invalid("the administrator's rights cannot be narrowed: nobody could widen them again");
            if (Read(entry.Value) is null) return Invalid($"'{entry.Name}' takes the lists read, write and labels, and sensitive: false");
            if (TypesNamedIn(entry.Value).FirstOrDefault(name => name != "*" && !isType(name)) is { } unknown)
                return Invalid($"'{entry.Name}' names '{unknown}', which is no resource type");
        }

        return null;
    }

    private Taken Of(Role role) => ByRole.GetValueOrDefault(role, Nothing);

    private static TenantNarrowing Of(IEnumerable<Role> roles, Taken taken) =>
        new() { ByRole = roles.Where(role => role != Role.Admin).ToFrozenDictionary(role => role, _ => taken) };

    /// <summary>Null for anything but the four fields with values of their kind.</summary>
    private static Taken? Read(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object) return null;
        var taken = Nothing;
        foreach (var field in entry.EnumerateObject())
        {
            Taken? next = (field.Name, field.Value.ValueKind) switch
            {
                ("read", JsonValueKind.Array) when TypesIn(field.Value) is { } types => taken with { Reads = types },
                ("write", JsonValueKind.Array) when TypesIn(field.Value) is { } types => taken with { Writes = types },
                ("labels", JsonValueKind.Array) when LabelsIn(field.Value) is { } labels => taken with { Labels = taken.Labels | labels },
                ("sensitive", JsonValueKind.False) => taken with { Labels = Sensitivity.All },
                _ => null,
            };
            if (next is null) return null;
            taken = next;
        }

        return taken;
    }

    private static ResourceTypes? TypesIn(JsonElement names)
    {
        if (names.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String)) return null;
        string[] types = [.. names.EnumerateArray().Select(name => name.GetString()!)];
        return types.Contains("*") ? ResourceTypes.All : ResourceTypes.Only(types);
    }

    private static Sensitivity? LabelsIn(JsonElement names) =>
        names.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String)
            ? null : Sensitivities.Parse(names.EnumerateArray().Select(name => name.GetString()!));

    private static IEnumerable<string> TypesNamedIn(JsonElement entry) => entry.EnumerateObject()
        .Where(field => field.Name is "read" or "write")
        .SelectMany(field => field.Value.EnumerateArray().Select(name => name.GetString()!));

    private static Refusal Invalid(string cause) =>
        new(RefusalKind.Invalid, "invalid_policy", $"The setting policy cannot be taken: {cause}.");

    private sealed record Taken(ResourceTypes Reads, ResourceTypes Writes, Sensitivity Labels)
    {
        public Grant From(Grant grant) => grant with
        {
            Types = grant.Types.Without(TypesFor(grant.Interactions)),
            Rows = grant.Rows with { SeesLabels = grant.Rows.SeesLabels.Without(Labels) },
        };

        private ResourceTypes TypesFor(ResourceInteractions interactions) =>
            (interactions & ResourceInteractions.Writing) == ResourceInteractions.None ? Reads : Reads.Or(Writes);
    }
}
