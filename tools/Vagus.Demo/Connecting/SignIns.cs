using System.Text.Json;

namespace Vagus.Demo.Connecting;

/// <summary>The file of sign-ins: the tenants, and the users that the demo acts as.</summary>
internal sealed record SignInFile(IReadOnlyList<TenantSignIns> Tenants)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    public static SignInFile Parse(string json)
    {
        var file = JsonSerializer.Deserialize<SignInFile>(json, Options);
        if (file?.Tenants is not { Count: > 0 }) throw new InvalidDataException("the sign-ins file names no tenant");
        foreach (var tenant in file.Tenants)
        {
            if (string.IsNullOrEmpty(tenant.Tenant) || tenant.Users is not { Count: > 0 })
                throw new InvalidDataException("a tenant of the sign-ins file has no name or no users");
        }

        return file;
    }
}

/// <summary>One tenant and its users.</summary>
internal sealed record TenantSignIns(string Tenant, string? Name, IReadOnlyList<UserSignIn> Users);

/// <summary>One user. FhirId is the id of the user's Practitioner or Patient, where the server already knows one.</summary>
internal sealed record UserSignIn(string Email, string Password, string Role, string? Name = null, string? FhirId = null);
