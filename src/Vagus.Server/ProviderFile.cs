using System.Text.Json;
using Vagus.Identity.Providers;

namespace Vagus.Server;

/// <summary>
/// The file of <c>VAGUS_OPENID_PROVIDERS</c>: <c>[{ "issuer", "audience", "tenant", "tokenType", "privateNetwork" }]</c>.
/// </summary>
internal static class ProviderFile
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    public static IReadOnlyList<OpenIdProvider> Read(string? path)
    {
        if (path is null) return [];
        try
        {
            return JsonSerializer.Deserialize<OpenIdProvider[]>(File.ReadAllText(path), Strict) ?? [];
        }
        catch (Exception cause) when (cause is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"VAGUS_OPENID_PROVIDERS: {path} cannot be read: {cause.Message}", cause);
        }
    }
}
