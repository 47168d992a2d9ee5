using Vagus.Kernel;

namespace Vagus.Access;

/// <summary>The words of this room's refusals. One text per outcome that must not be told apart.</summary>
internal static class Refusals
{
    public static readonly Refusal Forbidden = new(RefusalKind.Forbidden, "forbidden", "Your role does not allow this.");

    public static readonly Refusal OutOfScope = new(
        RefusalKind.Forbidden, "insufficient_scope", "The token's scopes do not allow this.");
    public static readonly Refusal FreshSignInRequired = new(
        RefusalKind.Unauthenticated, "fresh_sign_in_required", "Prove once more who you are: POST /step-up at your door, then repeat.");

    public static readonly Refusal Undeclared = new(RefusalKind.Forbidden, "forbidden", "This endpoint is closed.");
}
