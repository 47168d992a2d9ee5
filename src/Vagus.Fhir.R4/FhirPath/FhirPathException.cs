namespace Vagus.Fhir.R4.FhirPath;

/// <summary>
/// An expression that cannot be read, or that has no value on this input. The text names the expression's parts, never the resource's.
/// </summary>
public sealed class FhirPathException : Exception
{
    public FhirPathException(string message)
        : base(message)
    {
    }

    public FhirPathException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public FhirPathException()
    {
    }
}
