using Vagus.Access.Sessions;

namespace Vagus.Identity.Sessions;

/// <summary>The stored names of the reasons why a session is over.</summary>
internal static class EndReasons
{
    private static readonly string[] Names =
    [
        "signed_out", "ended_by_user", "displaced", "refresh_reused", "role_changed", "user_disabled", "ended_by_operator", "idle", "expired",
        "password_reset", "tenant_moved",
    ];

    public static string Name(this EndReason reason) => Names[(int)reason];

    public static EndReason Parse(string name) => (EndReason)Math.Max(0, Array.IndexOf(Names, name));
}
