using Vagus.Kernel;

namespace Vagus.Access.Tenants;

/// <summary>
/// The form of ids that an operator chooses: they stand in tokens, rooms, paths and subjects, so only letters, digits and hyphens.
/// </summary>
public static class ChosenId
{
    public const int MaxLength = 63;

    public static bool IsValid(string id) =>
        id.Length is > 0 and <= MaxLength && id[0] != '-' && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>A FHIR logical id (R4, datatypes): what patients and practitioners are called by.</summary>
    public static bool IsFhirId(string id) => id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    public static Refusal Refuse(string what) =>
        new(RefusalKind.Unprocessable, "invalid_id",
            $"The id of a {what} has 1 to {MaxLength} lower-case letters, digits or hyphens and starts with no hyphen.");
}
