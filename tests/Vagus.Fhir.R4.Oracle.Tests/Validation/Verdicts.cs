using System.Text;
using Firely.Fhir.Validation;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Terminology;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Outcome = Hl7.Fhir.Model.OperationOutcome;

namespace Vagus.Fhir.R4.Oracle.Tests.Validation;

/// <summary>Accepted, or the reasons for the refusal.</summary>
internal sealed record Verdict(string? Reasons)
{
    public bool IsAccepted => Reasons is null;

    public override string ToString() => Reasons is null ? "accepted" : $"refused: {Reasons}";
}

/// <summary>
/// Both validators' view of one text. Firely's accepts what its strict deserializer reads and its validator finds in order against the
/// type's definition, without the invariants, which ours does not check.
/// </summary>
internal static class Verdicts
{
    private static readonly Validator Validator = NewValidator();

    public static Verdict Ours(string json)
    {
        var parsed = FhirJson.ParseResource(Encoding.UTF8.GetBytes(json));
        if (parsed.Refusal is { } refusal) return new Verdict(refusal.Code);
        using var document = parsed.Value;
        var issues = ResourceValidator.Validate(document.RootElement, OwnBases.None);
        return new Verdict(issues.Count == 0 ? null : string.Join("; ", issues.Select(issue => $"{issue.Expression}: {issue.Diagnostics}")));
    }

    public static Verdict Firely(string json)
    {
        try
        {
            if (!FhirJsonDeserializer.STRICT.TryDeserializeResource(json, out var resource, out var faults) || resource is null)
                return new Verdict(string.Join("; ", faults.Select(fault => $"{fault.ErrorCode} {fault.Message}")));
            var outcome = Validator.Validate(resource);
            return new Verdict(outcome.Success ? null : string.Join("; ", outcome.Issue.Where(IsFault).Select(issue => issue.Details?.Text)));
        }
        catch (System.Text.Json.JsonException exception)
        {
            return new Verdict(exception.Message);
        }
    }

    private static bool IsFault(Outcome.IssueComponent issue) =>
        issue.Severity is Outcome.IssueSeverity.Error or Outcome.IssueSeverity.Fatal;

    private static Validator NewValidator()
    {
        var settings = new ValidationSettings();
        settings.SetSkipConstraintValidation(true);
        return new Validator(Specification.R4, LocalTerminologyService.CreateDefaultForCore(Specification.R4), null, settings);
    }
}
