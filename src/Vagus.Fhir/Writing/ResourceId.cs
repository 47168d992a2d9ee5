using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Writing;

/// <summary>The R4 id type: 1 to 64 letters, digits, hyphens and dots.</summary>
internal static class ResourceId
{
    public static readonly Refusal Invalid = FhirRefusals.Invalid("An id has 1 to 64 letters, digits, '-' or '.'.");

    public static bool IsValid(string id) =>
        id.Length is > 0 and <= 64 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.');
}
