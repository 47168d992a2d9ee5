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
/// One profile with its snapshots, ready to be asked by Firely's validator, which sees of stored definitions what
/// <see cref="ForeignDefinition"/> lets through.
/// </summary>
internal sealed class CompiledProfile
{
    private const int MostFindings = 200;

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
        var notes = new List<FhirIssue>();
        foreach (var definition in definitions)
        {
            var read = ForeignDefinition.Read(definition, notes);
            if (read.Refusal is { } unfit) return unfit;
            own.TryAdd(definition.Url, read.Value);
        }

        var resolver = new ProfileResolver(r4, own);
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
}
