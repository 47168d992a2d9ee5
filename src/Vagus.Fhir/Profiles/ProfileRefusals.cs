using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Profiles;

/// <summary>Why a resource is not validated against a profile.</summary>
internal static class ProfileRefusals
{
    public static readonly Refusal TooSlow = FhirRefusals.TooCostly(
        $"The validation against the profile took longer than {ValidateProfiles.Limit.TotalSeconds} seconds.");

    public static readonly Refusal TooLarge = FhirRefusals.TooCostly(
        $"A resource of at most {ValidateProfiles.LargestResource / 1024} KiB is validated against profiles.");

    public static readonly Refusal TooMany = FhirRefusals.TooCostly(
        $"A resource claims at most {ClaimedProfiles.MostOfResource} profiles, and the resources of a write "
            + $"{ClaimedProfiles.MostOfWrite} in all.");

    public static readonly Refusal WriteTooSlow = FhirRefusals.TooCostly(
        $"The validation against the profiles that the write claims took longer than {ValidateProfiles.WriteLimit.TotalSeconds} seconds.");

    public static readonly Refusal Busy = new(
        RefusalKind.Unavailable, "transient", "As many validations against profiles as there may be are under way. Try again.");

    public static readonly Refusal Unfit = FhirRefusals.Unprocessable("The profile, or what it stands on, cannot be applied.");

    /// <summary>The write must be run again, when what it claims has been validated.</summary>
    public static readonly Refusal Unvalidated = new(
        RefusalKind.Conflict, "conflict", "The resource was changed again and again while its profiles were validated.");

    public static Refusal Unknown(string canonical) => new(
        RefusalKind.NotFound, "not-found", $"The profile {Shown(canonical)} is not known here.");

    public static Refusal UnfitExpression(string? url) => FhirRefusals.Unprocessable(
        $"The profile {Shown(url ?? "")} cannot be applied: an expression of its slices or contexts is not taken.");

    public static Refusal NoSnapshot(string? url) =>
        FhirRefusals.Unprocessable($"The profile {Shown(url ?? "")} cannot be applied: no snapshot can be made of it.");

    /// <summary>A canonical, as far as it is one.</summary>
    public static string Shown(string canonical) =>
        new([.. canonical.Take(200).Where(letter => char.IsAsciiLetterOrDigit(letter) || "-._~:/?#|%".Contains(letter, StringComparison.Ordinal))]);
}
