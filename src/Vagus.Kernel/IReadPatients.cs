namespace Vagus.Kernel;

/// <summary>
/// What rooms that do not know FHIR may ask about a patient's record as the server: whether there is one, and what accounts of patients
/// are made from. Nothing of the answer goes to a caller: for callers there is <c>IFindPatients</c> of Access, which takes their reach. The
/// room that keeps the records implements it.
/// </summary>
public interface IReadPatients
{
    /// <summary>Null where the tenant has no such patient, or its record was deleted.</summary>
    ValueTask<PatientFacts?> Find(TenantId tenant, PatientId patient, CancellationToken cancel);
}

/// <summary>A patient as far as accounts need to know.</summary>
/// <param name="Id">The logical id.</param>
/// <param name="Name">A name to show, or null.</param>
/// <param name="BirthDate">As recorded: a date, or a month or year alone (R4 <c>date</c>); null where it is not known.</param>
public sealed record PatientFacts(PatientId Id, string? Name, string? BirthDate)
{
    /// <summary>The given names by which letters address the patient; null where the record has none.</summary>
    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    /// <summary>The medical record number: the first identifier of type MR (v2-0203), or null.</summary>
    public string? RecordNumber { get; init; }

    /// <summary>In which the patient would be written to, as recorded (BCP 47); null where the record does not say.</summary>
    public string? Language { get; init; }
}
