using Vagus.Kernel;

namespace Vagus.Access.Sessions;

/// <summary>Why a session is over.</summary>
public enum EndReason
{
    SignedOut,

    /// <summary>Its user ended it from another session.</summary>
    EndedByUser,

    /// <summary>The user signed in too many times; the oldest session gave way.</summary>
    Displaced,

    /// <summary>A refresh token was used twice: somebody has a copy.</summary>
    RefreshReused,

    RoleChanged,

    UserDisabled,

    EndedByOperator,

    /// <summary>Its user did nothing for as long as the tenant allows.</summary>
    Idle,

    /// <summary>It reached the end that was set when it began.</summary>
    Expired,

    PasswordReset,

    /// <summary>Its organization is served by another installation, where it goes on.</summary>
    TenantMoved,
}

/// <summary>A session that is over: whatever lives by it must stop now.</summary>
public sealed record SessionEnd(TenantId Tenant, SessionId Session, UserId User, EndReason Reason);
