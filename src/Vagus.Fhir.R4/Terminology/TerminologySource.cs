using Vagus.Kernel;

namespace Vagus.Fhir.R4.Terminology;

/// <summary>Where definitions are found by their canonicals (<c>url</c> or <c>url|version</c>); null: there is none.</summary>
public abstract class TerminologySource
{
    public abstract ValueTask<CodeSystemDefinition?> CodeSystem(string canonical);

    public abstract ValueTask<ValueSetDefinition?> ValueSet(string canonical);

    /// <summary>Whether a definition of this url and version is what the canonical names.</summary>
    public static bool Names(string canonical, string? url, string? version)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? canonical == url : canonical[..bar] == url && canonical[(bar + 1)..] == version;
    }

    public static string UrlOf(string canonical) => canonical.Split('|', 2)[0];
}

/// <summary>The refusals of terminology.</summary>
public static class TerminologyRefusals
{
    public static Refusal Unknown(string kind, string canonical) => new(
        RefusalKind.NotFound, "not-found", $"There is no {kind} with the canonical {Shown(canonical)} here.");

    public static Refusal Incomplete(string system) => new(
        RefusalKind.Unprocessable, "not-supported", $"Only a part of the code system {Shown(system)} is here, so that not all of its codes are known.");

    public static Refusal TooCostly(int most) => new(
        RefusalKind.Unprocessable, "too-costly", $"The value set has more than {most} codes.");

    public static Refusal TooManyParts(int most) => new(
        RefusalKind.Unprocessable, "too-costly", $"The value set and those that it takes in have more than {most} parts.");

    public static Refusal TooMuchLookedAt(long most) => new(
        RefusalKind.Unprocessable, "too-costly", $"The value set and those that it takes in look at more than {most} concepts.");

    public static Refusal Circular(string canonical) => new(
        RefusalKind.Unprocessable, "processing", $"The value set {Shown(canonical)} takes in itself, or others too deep.");

    public static Refusal UnknownFilter(string operation) => new(
        RefusalKind.Unprocessable, "not-supported", $"The value set filters by '{Shown(operation)}', which is not known here.");

    // Canonicals are no patient's data; still no control characters and no end are shown back.
    private static string Shown(string text) => new([.. text.Take(200).Where(letter => !char.IsControl(letter))]);
}
