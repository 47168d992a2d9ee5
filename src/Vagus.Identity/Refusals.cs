using Vagus.Kernel;

namespace Vagus.Identity;

/// <summary>The words of this room's refusals. One text per outcome that must not be told apart.</summary>
internal static class Refusals
{
    // One answer for an unknown address, a wrong password, a disabled user and the wrong door.
    public static readonly Refusal InvalidCredentials = new(
        RefusalKind.Unauthenticated, "invalid_credentials", "E-mail or password is wrong. Somebody with accounts in several organizations names one of them.");

    public static readonly Refusal TenantRequired = new(
        RefusalKind.Invalid, "tenant_required", "This e-mail is known to more than one organization: name the tenant.");

    public static readonly Refusal TooManyAttempts = new(
        RefusalKind.TooMany, "too_many_attempts", "Too many attempts. Wait a little and try again.");

    public static readonly Refusal Busy = new(
        RefusalKind.TooMany, "sign_in_busy", "Too many people sign in at this moment. Try again in a second.");

    public static readonly Refusal InvalidRequest = new(
        RefusalKind.Invalid, "invalid_request", "The request body is not what this endpoint takes.");

    public static readonly Refusal TooLarge = new(
        RefusalKind.TooLarge, "body_too_large", "The request body is larger than this endpoint takes.");

    // One answer for unknown, expired, reused and revoked refresh tokens.
    public static readonly Refusal InvalidRefresh = new(
        RefusalKind.Unauthenticated, "invalid_refresh_token", "The refresh token is not valid. Sign in again.");

    public static readonly Refusal CrossSite = new(
        RefusalKind.Forbidden, "cross_site_request", "This request must come from the application's own pages.");

    public static readonly Refusal SessionNotFound = new(RefusalKind.NotFound, "session_not_found", "There is no such session.");

    // One answer for unknown, expired, used, voided and exhausted tokens, and for a wrong answer to what belongs to one.
    public static readonly Refusal InvalidToken = new(
        RefusalKind.Invalid, "invalid_token", "This link is not valid any more, or an answer is wrong. Ask for a new one.");

    public static readonly Refusal PatientNotFound = new(RefusalKind.NotFound, "patient_not_found", "There is no such patient.");

    public static readonly Refusal UserNotFound = new(RefusalKind.NotFound, "user_not_found", "There is no such user.");

    public static readonly Refusal OwnAccount = new(
        RefusalKind.Forbidden, "own_account", "This is your own address: a colleague has to do it for you.");

    public static readonly Refusal InvalidEmail = new(RefusalKind.Unprocessable, "invalid_email", "This is not an e-mail address.");
}
