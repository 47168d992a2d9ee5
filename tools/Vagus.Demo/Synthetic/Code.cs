namespace Vagus.Demo.Synthetic;

/// <summary>One concept of a code system.</summary>
internal sealed record Code(string System, string Value, string Display)
{
    private const string Terminology = "http://terminology.hl7.org/CodeSystem/";

    public static Code Snomed(string value, string display) => new("http://snomed.info/sct", value, display);

    public static Code Loinc(string value, string display) => new("http://loinc.org", value, display);

    public static Code RxNorm(string value, string display) => new("http://www.nlm.nih.gov/research/umls/rxnorm", value, display);

    public static Code Vaccine(string value, string display) => new("http://hl7.org/fhir/sid/cvx", value, display);

    public static Code Dicom(string value, string display) => new("http://dicom.nema.org/resources/ontology/DCM", value, display);

    /// <summary>A code of one of HL7's own systems, by the last part of the system's address.</summary>
    public static Code Hl7(string system, string value, string display) => new(Terminology + system, value, display);
}
