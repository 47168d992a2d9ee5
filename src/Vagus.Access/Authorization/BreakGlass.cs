using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// The labelled records of one patient, opened for one session in an emergency and for a time. It adds to what the caller's role reads,
/// lifts what the tenant takes away of labels, and adds neither a type nor a right to write.
/// </summary>
/// <param name="Patient">Whose records.</param>
/// <param name="Purpose">ETREAT or BTG (v3-ActReason): the purpose of all that the caller does meanwhile.</param>
/// <param name="EndsAt">It counts no more from here on.</param>
/// <param name="OpensPart2">Records under 42 CFR Part 2 too: the caller attested a medical emergency (§2.51).</param>
public sealed record BreakGlass(PatientId Patient, string Purpose, DateTimeOffset EndsAt, bool OpensPart2)
{
    internal RowScope Rows { get; } = new()
    {
        Patients = [Patient],
        SeesLabels = OpensPart2 ? Sensitivity.All : Sensitivity.All.Without(Sensitivity.Part2),
    };

    /// <summary><see cref="Rows"/> is derived from the other properties and holds a list, which is equal only to itself.</summary>
    public bool Equals(BreakGlass? other) =>
        other is not null
            && (Patient, Purpose, EndsAt, OpensPart2) == (other.Patient, other.Purpose, other.EndsAt, other.OpensPart2);

    public override int GetHashCode() => HashCode.Combine(Patient, Purpose, EndsAt, OpensPart2);
}
