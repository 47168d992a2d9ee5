using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Snapshot;
using Hl7.Fhir.Specification.Terminology;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Outcome = Hl7.Fhir.Model.OperationOutcome;

namespace Vagus.Fhir.Profiles;

/// <summary>
/// One profile with its snapshots, ready to be asked by Firely's validator. Invariants of stored definitions that use patterns are not run,
/// since their cost has no bound; a finding says so.
/// </summary>
internal sealed class CompiledProfile
{
    private const int MostFindings = 200;
    private static readonly string[] Patterns = ["matches(", "matchesFull(", "replaceMatches("];

    private readonly string canonical;
    private readonly Validator validator;
    private readonly List<FhirIssue> notes;

    private CompiledProfile(string canonical, Validator validator, List<FhirIssue> notes) =>
        (this.canonical, this.validator, this.notes) = (canonical, validator, notes);

    /// <summary>Refuses a profile whose snapshot cannot be made.</summary>
    public static async Task<Result<CompiledProfile>> Make(
        string canonical, IReadOnlyList<StoredDefinition> definitions, R4Specification r4)
    {
        var own = new Dictionary<string, Resource>(StringComparer.Ordinal);
        foreach (var definition in definitions)
        {
            var model = FhirJsonDeserializer.OSTRICH.DeserializeResource(System.Text.Encoding.UTF8.GetString(definition.Body));
            own.TryAdd(definition.Url, model);
        }

        var notes = own.Values.OfType<StructureDefinition>().SelectMany(LeaveOutPatterns).ToList();
        var resolver = new ProfileResolver(r4, own);
        foreach (var profile in own.Values.OfType<StructureDefinition>())
        {
            // What is uploaded as a snapshot need not be that of its differential.
            profile.Snapshot = null;
        }

        foreach (var profile in own.Values.OfType<StructureDefinition>().Where(profile => !profile.HasSnapshot))
        {
            var generator = new SnapshotGenerator(resolver);
            await generator.UpdateAsync(profile);
            if (!profile.HasSnapshot || generator.Outcome?.Success == false) return ProfileRefusals.NoSnapshot(profile.Url);
        }

        var settings = new ValidationSettings { SelectValidationProfiles = (_, _, _, _) => [] };
        return new CompiledProfile(
            canonical, new Validator(resolver, LocalTerminologyService.CreateDefaultForCore(resolver), null, settings), notes);
    }

    /// <summary>The findings on a resource that is valid R4. They hold no value of it.</summary>
    public List<FhirIssue> Validate(string json)
    {
        var resource = FhirJsonDeserializer.OSTRICH.DeserializeResource(json);
        var outcome = validator.Validate(resource, canonical);
        var texts = new FindingText(json);
        return [.. notes, .. outcome.Issue.Take(MostFindings).Select(issue => Of(issue, texts))];
    }

    private static FhirIssue Of(Outcome.IssueComponent issue, FindingText texts) => new(
        issue.Severity switch
        {
            Outcome.IssueSeverity.Fatal or Outcome.IssueSeverity.Error => R4.Json.IssueSeverity.Error,
            Outcome.IssueSeverity.Warning => R4.Json.IssueSeverity.Warning,
            _ => R4.Json.IssueSeverity.Information,
        },
        Hl7.Fhir.Utility.EnumUtility.GetLiteral(issue.Code) ?? "processing",
        texts.Of(issue.Details?.Text ?? issue.Diagnostics ?? ""),
        issue.Expression.FirstOrDefault() ?? issue.Location.FirstOrDefault());

    private static IEnumerable<FhirIssue> LeaveOutPatterns(StructureDefinition profile)
    {
        foreach (var element in profile.Differential?.Element ?? [])
        {
            var left = element.Constraint.FindAll(constraint =>
                Patterns.Any(pattern => constraint.Expression?.Contains(pattern, StringComparison.Ordinal) == true));
            foreach (var constraint in left)
            {
                element.Constraint.Remove(constraint);
                yield return new FhirIssue(
                    R4.Json.IssueSeverity.Warning, "incomplete",
                    $"The invariant {FhirRefusals.Shown(constraint.Key ?? "")} uses a pattern and is not evaluated.", element.Path);
            }
        }
    }
}
