using Vagus.Kernel;

namespace Vagus.Fhir.R4.Patching;

/// <summary>Why a patch is not taken (400) or cannot be done on the resource as it is (422). Nothing of the resource is repeated.</summary>
internal static class PatchRefusals
{
    public static readonly Refusal TooLarge = new(RefusalKind.Unprocessable, "too-costly", "The patch makes a resource that is too large.");

    public static readonly Refusal TooDeep = new(RefusalKind.Unprocessable, "too-costly", "The patch makes a resource that is too deep.");

    public static Refusal TooMany(int most) =>
        new(RefusalKind.Unprocessable, "too-costly", $"A patch may have {most} operations.");

    public static Refusal TooManyItems(int most) =>
        new(RefusalKind.Unprocessable, "too-costly", $"A change of meta has at most {most} profiles, tags and labels.");

    public static Refusal Malformed(int index, string flaw) => new(RefusalKind.Invalid, "structure", $"Operation {index} {flaw}.");

    public static Refusal Failed(int index, string flaw) => new(RefusalKind.Unprocessable, "processing", $"Operation {index} {flaw}.");
}
