using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Bus.Connecting;

/// <summary>
/// The names of subjects and streams. They stand in NATS' logs and figures: ids of tenants and senders and names of types, never anything
/// of a patient. A name that is no token is refused, not encoded: all of ours are tokens, and an encoded one would be found by no
/// permission.
/// </summary>
internal static class Subjects
{
    public const string Wake = "vagus-wake";
    private const string In = "vagus-in";
    private const int LongestType = 128;

    public static string Events(TenantId tenant) => $"vagus.{Token(tenant)}.>";

    public static string Event(TenantId tenant, string type) => IsType(type)
        ? $"vagus.{Token(tenant)}.{type}" : throw new UnsafeSubjectException("The type of an event is no subject.");

    public static string Intake(TenantId tenant) => $"{In}.{Token(tenant)}.>";

    public static string Dead(TenantId tenant) => $"vagus-dead.{Token(tenant)}";

    /// <summary>Tenants' ids have no capitals and no underscore: no tenant's stream has the name of another kind.</summary>
    public static string EventStream(TenantId tenant) => $"VAGUS_{Token(tenant)}";

    public static string IntakeStream(TenantId tenant) => $"VAGUS_IN_{Token(tenant)}";

    public static string DeadStream(TenantId tenant) => $"VAGUS_DEAD_{Token(tenant)}";

    /// <summary>The sender that the subject of an intake names; null where it names none.</summary>
    public static string? SenderOf(string subject)
    {
        var tokens = subject.Split('.', 4);
        return tokens is [In, _, { Length: > 0 } sender, { Length: > 0 }] ? sender : null;
    }

    public static bool IsType(string type) =>
        type.Length is > 0 and <= LongestType
        && Array.TrueForAll(type.Split('.'), token => token.Length > 0 && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'));

    private static string Token(TenantId tenant) => ChosenId.IsValid(tenant.Value)
        ? tenant.Value : throw new UnsafeSubjectException("The id of the tenant is no token of a subject.");
}

/// <summary>A name would be several tokens, a wildcard or a second line of the protocol.</summary>
internal sealed class UnsafeSubjectException(string message) : Exception(message);
