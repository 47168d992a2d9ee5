using System.Text.Json.Serialization;
using Vagus.Identity.People;
using Vagus.Kernel;

namespace Vagus.Identity.SigningIn;

/// <summary>The user as its own client sees it.</summary>
internal sealed record UserView(
    string Id, string Email, string DisplayName, string Role, string PortalType, string Tenant, string? PatientId, string? PractitionerId)
{
    public static UserView Of(UserRow user) => new(
        user.User.Value,
        user.Email,
        user.DisplayName,
        user.Role.Name(),
        user.Role.PortalType(),
        user.Tenant.Value,
        user.Patient?.Value,
        user.Practitioner);
}

/// <summary>What a sign-in or a refresh gives.</summary>
internal sealed record SignedIn(
    string AccessToken,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RefreshToken,
    int ExpiresIn,
    string SessionId,
    UserView User)
{
    /// <summary>Shown once, when the sign-in enrolled the first second factor.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? RecoveryCodes { get; init; }
}
