using Vagus.Kernel;

namespace Vagus.Identity.SecondFactors;

/// <summary>The words of what is refused about second factors.</summary>
internal static class FactorRefusals
{
    public static readonly Refusal WrongFactor = new(
        RefusalKind.Unauthenticated, "invalid_factor", "The code or passkey is not valid.");

    // One answer for unknown, expired and used challenges.
    public static readonly Refusal InvalidChallenge = new(
        RefusalKind.Unauthenticated, "invalid_challenge", "This sign-in was not completed in time. Start again.");

    public static readonly Refusal TooManyCodes = new(
        RefusalKind.TooMany, "too_many_codes", "Too many wrong codes. Wait a quarter of an hour, or use a passkey.");

    public static readonly Refusal FactorDemanded = new(
        RefusalKind.Unauthenticated, "second_factor_demanded", "Password alone is not enough where a second factor is enrolled.");

    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "factor_not_found", "There is no such second factor.");

    public static readonly Refusal BadName = new(
        RefusalKind.Unprocessable, "invalid_name", "A second factor has a name of at most 100 characters.");

    public static readonly Refusal TooMany = new(
        RefusalKind.Conflict, "too_many_factors", $"A user has at most {FactorRow.MaxPerUser} second factors.");

    public static readonly Refusal LastOne = new(
        RefusalKind.Conflict, "last_factor", "Your organization asks for a second factor: enrol another one first.");

    public static readonly Refusal NoFactor = new(
        RefusalKind.Conflict, "no_factor", "Recovery codes stand in for a second factor: enrol one first.");

    public static readonly Refusal Registered = new(
        RefusalKind.Conflict, "passkey_registered", "This passkey is registered already.");
}

/// <summary>A password was right and something more is owed: the answer carries what the client needs for it.</summary>
internal sealed record FactorOwed(string Challenge, IReadOnlyList<string> Methods, string? PasskeyOptions)
    : Refusal(
        RefusalKind.Unauthenticated,
        CodeOf(Methods.Count > 0),
        Methods.Count > 0 ? "A second factor is needed to sign in." : "Your organization asks for a second factor: enrol one to sign in.")
{
    public static string CodeOf(bool isEnrolled) => isEnrolled ? "second_factor_required" : "second_factor_enrolment_required";
}
