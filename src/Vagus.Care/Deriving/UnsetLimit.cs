namespace Vagus.Care.Deriving;

/// <summary>
/// A test that is on the lists of critical values and has no limit of the house, since no number holds for all laboratories. Until the
/// tenant sets one, such a value is critical by its interpretation alone.
/// </summary>
/// <param name="Name">Of the test.</param>
/// <param name="Codes">Its LOINC codes.</param>
/// <param name="Reason">Why there is none, for people.</param>
internal sealed record UnsetLimit(string Name, IReadOnlyList<string> Codes, string Reason)
{
    public static readonly IReadOnlyList<UnsetLimit> All =
    [
        new(
            "Cardiac troponin T and I", ["6598-7", "67151-1", "48425-3", "10839-9", "89579-7", "42757-5"],
            "To be set by the laboratory director: the limit is the 99th percentile of the assay in use, which differs from assay to assay, "
            + "by sex and by unit (Fourth Universal Definition of Myocardial Infarction, 2018). Until it is set, the interpretation alone "
            + "decides."),
    ];
}
