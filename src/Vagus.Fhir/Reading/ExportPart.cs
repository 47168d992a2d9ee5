namespace Vagus.Fhir.Reading;

/// <summary>Resources of one type that an export reads at a time.</summary>
/// <param name="Type">The type.</param>
/// <param name="Queries">One of them must find the resource.</param>
/// <param name="Before">Resources that were created before this position.</param>
/// <param name="Count">At most so many.</param>
internal sealed record ExportPart(string Type, IReadOnlyList<string> Queries, long Before, int Count)
{
    /// <summary>Only what is in this patient's compartment.</summary>
    public string? Patient { get; init; }

    /// <summary>Only what is in the compartment of some patient.</summary>
    public bool OfPatients { get; init; }

    /// <summary>Microseconds: what was deleted since then, in place of what is there; null: what is there.</summary>
    public long? DeletedSince { get; init; }

    /// <summary>A group without patients has nothing.</summary>
    public bool IsNothing { get; init; }
}
