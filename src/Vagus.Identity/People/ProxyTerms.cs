using Vagus.Kernel;

namespace Vagus.Identity.People;

/// <summary>On what account somebody acts for a patient, and when.</summary>
public sealed record ProxyTerms(string Relationship)
{
    /// <summary>Appointed by a court or by the patient itself: ages do not end it.</summary>
    public const string LegalRepresentative = "legal_representative";

    public static readonly ProxyTerms Unlimited = new("other");

    public static readonly IReadOnlyList<string> Relationships =
        ["parent", "guardian", "grandparent", "child", "spouse", "sibling", "caregiver", LegalRepresentative, "other"];

    /// <summary>Null: from now on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Null: until it is revoked, or ended by the patient's age.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The user who granted it; null: the operator.</summary>
    public UserId? GrantedBy { get; init; }

    /// <summary>True when the grant opens nothing until a second person confirms it.</summary>
    public bool AwaitsConfirmation { get; init; }

    internal Refusal? Refuse(DateTimeOffset now)
    {
        if (!Relationships.Contains(Relationship)) return BadRelationship;
        return Until is { } until && (until <= now || until <= From) ? BadPeriod : null;
    }

    private static readonly Refusal BadRelationship = new(
        RefusalKind.Unprocessable, "invalid_relationship", $"A relationship is one of {string.Join(", ", Relationships)}.");

    private static readonly Refusal BadPeriod = new(
        RefusalKind.Unprocessable, "invalid_period", "A proxy ends after it has begun, and not in the past.");
}
