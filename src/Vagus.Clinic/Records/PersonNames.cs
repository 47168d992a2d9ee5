using System.Text.Json;

namespace Vagus.Clinic.Records;

/// <summary>What people and places are called.</summary>
internal static class PersonNames
{
    /// <summary>The name in use of a person, or the plain name of a place or an organization; null where there is none.</summary>
    public static string? Of(JsonElement resource)
    {
        if (resource.Text("name") is { } plain) return plain;
        return InUse(resource) is { } name ? Spell(name) : null;
    }

    /// <summary>The HumanName in use.</summary>
    public static JsonElement? InUse(JsonElement person)
    {
        JsonElement? first = null;
        foreach (var name in person.Items("name"))
        {
            if (name.Text("use") is "official" or "usual") return name;
            if (name.Text("use") is not ("old" or "maiden")) first ??= name;
        }

        return first;
    }

    /// <summary>The given names, separated by spaces.</summary>
    public static string? Given(JsonElement name)
    {
        var given = name.Child("given") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString()) : [];
        return string.Join(' ', given.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } spelled ? spelled : null;
    }

    private static string? Spell(JsonElement name)
    {
        if (name.Text("text") is { } text) return text;
        var parts = new[] { Given(name), name.Text("family") }.Where(part => !string.IsNullOrEmpty(part));
        return string.Join(' ', parts) is { Length: > 0 } spelled ? spelled : null;
    }
}
