using Vagus.Fhir.R4.Criteria;

namespace Vagus.Fhir.Store;

/// <summary>Which part of a record is asked for (R4 operation-patient-everything).</summary>
/// <param name="Of"><c>Patient</c> or <c>Encounter</c>: whose compartment it is.</param>
/// <param name="Id">The patient's or the encounter's.</param>
/// <param name="Limit">How many resources.</param>
internal sealed record RecordRange(string Of, string Id, int Limit)
{
    /// <summary>The place of the last resource of the page before; null on the first page.</summary>
    public long? After { get; init; }

    /// <summary>Resources that were changed at this instant or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only these types; null: all.</summary>
    public IReadOnlySet<string>? Types { get; init; }

    /// <summary>The first day of care, as it was sent.</summary>
    public string? Start { get; init; }

    /// <summary>The last day of care, as it was sent.</summary>
    public string? End { get; init; }

    /// <summary>The record as it was then: a position of the log; null: as it is now, or by <see cref="AsOf"/>.</summary>
    public long? AsOfPosition { get; init; }

    /// <summary>The same by an instant.</summary>
    public DateTimeOffset? AsOf { get; init; }

    public bool IsOfNow => AsOf is null && AsOfPosition is null;

    /// <summary>Reads the reference and date conditions of each type.</summary>
    public required SearchValueParser Parser { get; init; }
}
