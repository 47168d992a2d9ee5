using Vagus.Identity.Sessions;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary>What an application was given: for whom it acts, how far, and in which context.</summary>
internal sealed record AppGrant
{
    public required TenantId Tenant { get; init; }

    public required string App { get; init; }

    public required UserId User { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The patient in context.</summary>
    public PatientId? Patient { get; init; }

    /// <summary>The logical id of the Encounter in context.</summary>
    public string? Encounter { get; init; }

    /// <summary>The session that the application was launched from, and ends with.</summary>
    public SessionId? Parent { get; init; }

    /// <summary>When and by what the user signed in, or the application that acts for itself.</summary>
    public SignInProof? Proof { get; init; }

    public bool Has(string scope) => Scopes.Contains(scope, StringComparer.Ordinal);
}
