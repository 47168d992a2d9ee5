using System.Text.Json.Nodes;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Vagus.Fhir.R4.FhirPath;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Profiles;

/// <summary>
/// A stored definition as the validator may see it. The validator's engine has no limits: patterns go, and so do invariants whose
/// cost is not bounded; a finding names each. What a profile cannot do without, such as how a slice is told, refuses it.
/// </summary>
internal static class ForeignDefinition
{
    private static readonly string[] Patterns =
    [
        "http://hl7.org/fhir/StructureDefinition/regex", "http://hl7.org/fhir/StructureDefinition/structuredefinition-regex",
    ];

    /// <summary>The definition; what has been left out of it is added to the notes.</summary>
    public static Result<Resource> Read(StoredDefinition definition, List<FhirIssue> notes)
    {
        var json = JsonNode.Parse(definition.Body) ?? throw new InvalidDataException("A definition is empty.");
        if (LeaveOutPatterns(json) > 0) notes.Add(Note($"A pattern of {ProfileRefusals.Shown(definition.Url)} is not evaluated.", null));
        var model = FhirJsonDeserializer.OSTRICH.DeserializeResource(json.ToJsonString());
        if (model is not StructureDefinition profile) return model;

        // What is uploaded as a snapshot need not be that of its differential.
        profile.Snapshot = null;
        notes.AddRange(LeaveOutInvariants(profile));
        return Paths(profile).Any(IsUnfit) ? ProfileRefusals.UnfitExpression(profile.Url) : model;
    }

    private static int LeaveOutPatterns(JsonNode? node)
    {
        if (node is JsonArray list) return list.Sum(LeaveOutPatterns);
        if (node is not JsonObject element) return 0;
        var left = 0;
        foreach (var name in new[] { "extension", "modifierExtension" })
        {
            if (element[name] is not JsonArray extensions) continue;
            left += extensions.RemoveAll(IsPattern);
            if (extensions.Count == 0) element.Remove(name);
        }

        return left + element.Sum(property => LeaveOutPatterns(property.Value));
    }

    private static bool IsPattern(JsonNode? extension) =>
        extension is JsonObject element && element["url"] is JsonValue url && url.TryGetValue<string>(out var text)
            && Patterns.Contains(text.Trim().Split('|')[0], StringComparer.Ordinal);

    private static List<FhirIssue> LeaveOutInvariants(StructureDefinition profile)
    {
        var notes = new List<FhirIssue>();
        foreach (var element in profile.Differential?.Element ?? [])
        {
            foreach (var constraint in element.Constraint.ToList())
            {
                if (constraint.Expression is not { } expression || ForeignExpression.Problem(expression) is not { } problem) continue;
                element.Constraint.Remove(constraint);
                notes.Add(Note($"The invariant {FhirRefusals.Shown(constraint.Key ?? "")} {problem} and is not evaluated.", element.Path));
            }
        }

        return notes;
    }

    private static IEnumerable<string> Paths(StructureDefinition profile)
    {
        foreach (var element in profile.Differential?.Element ?? [])
            foreach (var told in element.Slicing?.Discriminator ?? []) yield return told.Path ?? "";
        foreach (var invariant in profile.ContextInvariant) yield return invariant ?? "";
        foreach (var context in profile.Context.Where(context =>
            context.Type == StructureDefinition.ExtensionContextType.Fhirpath || !IsName(context.Expression)))
            yield return context.Expression ?? "";
    }

    private static bool IsUnfit(string path) => path.Length > 0 && ForeignExpression.Problem(path) is not null;

    // The id of an element or an address: nothing in it nests.
    private static bool IsName(string? expression) => expression is null
        || (expression.Length <= ForeignExpression.Longest && expression.IndexOfAny(['(', '[', '{']) < 0);

    private static FhirIssue Note(string text, string? path) => new(R4.Json.IssueSeverity.Warning, "incomplete", text, path);
}
