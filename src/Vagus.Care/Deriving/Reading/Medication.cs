using System.Text.Json;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving.Reading;

/// <summary>What a prescription or a dispense is of: a concept, a contained Medication or a Medication of its own.</summary>
internal sealed record Medication(string? Name, Coding? Code, IReadOnlyList<Coding> Codes)
{
    public static async ValueTask<Medication> Of(JsonElement resource, RecordView view, CancellationToken cancel)
    {
        if (resource.Child("medicationCodeableConcept") is not null) return Named(resource, "medicationCodeableConcept");
        if (resource.Child("medicationReference") is not { } reference) return new(null, null, []);

        var medication = Contained(resource, reference) ?? await view.Read(FhirReference.Of(reference), cancel);
        var named = medication is { } found ? Named(found, "code") : new(null, null, []);
        return named with { Name = named.Name ?? reference.Text("display") };
    }

    private static Medication Named(JsonElement resource, string element) =>
        new(resource.Concept(element), resource.Coding(element, Systems.RxNorm), [.. resource.Codings(element)]);

    private static JsonElement? Contained(JsonElement resource, JsonElement reference)
    {
        if (reference.Text("reference") is not ['#', .. var id]) return null;
        var found = resource.Items("contained").FirstOrDefault(contained => contained.Id() == id);
        return found.ValueKind == JsonValueKind.Object ? found : null;
    }
}
