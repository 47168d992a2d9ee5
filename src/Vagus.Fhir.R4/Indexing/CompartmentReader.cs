using System.Collections.Concurrent;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing.Compiling;
using Vagus.Fhir.R4.Indexing.Reading;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>Whose record a resource belongs to, by the R4 patient compartment.</summary>
public sealed class CompartmentReader(OwnBases own)
{
    private static readonly ConcurrentDictionary<string, ParameterProgram[]> Programs = new(StringComparer.Ordinal);

    /// <summary>
    /// The ids of the patients, in the order of the compartment's parameters, without repeats. A Patient is in its own compartment and in
    /// no other.
    /// </summary>
    public IReadOnlyList<string> Patients(JsonElement resource, string type) =>
        type == "Patient" ? Own(resource) : Local(Read(resource, type).References);

    /// <summary>
    /// Whether the resource names more than is read of it, so that <see cref="Patients(JsonElement, string)"/> are not all.
    /// </summary>
    public bool NamesTooMany(JsonElement resource, string type) => Read(resource, type).IsTruncated;

    private IndexedValues Read(JsonElement resource, string type)
    {
        var values = new IndexedValues();
        var programs = Linking(type);
        if (programs.Length == 0) return values;
        var reader = new Reader(resource, own, values);
        foreach (var program in programs) program.Run(reader);
        return values;
    }

    /// <summary>
    /// The same from what <see cref="SearchIndexer.Extract"/> has already found: it reads the compartment's parameters first.
    /// </summary>
    public static IReadOnlyList<string> Patients(IndexedValues values, JsonElement resource, string type)
    {
        if (type == "Patient") return Own(resource);
        var programs = Linking(type);
        if (programs.Length == 0) return [];
        return Local(programs.SelectMany(program => values.References.Where(reference => reference.Parameter == program.Parameter.Id)));
    }

    private static string[] Own(JsonElement patient) => Elements.Text(patient, "id"u8) is { } id ? [id] : [];

    private static IReadOnlyList<string> Local(IEnumerable<ReferenceValue> references)
    {
        var patients = new DistinctValues<string>(capacity: 1);
        foreach (var reference in references)
        {
            if (reference is { Type: "Patient", Id: { } id } && !patients.Has(id)) patients.Add(id);
        }

        return patients.All;
    }

    private static ParameterProgram[] Linking(string type) =>
        Programs.TryGetValue(type, out var known) ? known : R4Definitions.IsResourceType(type) ? Programs.GetOrAdd(type, Find) : [];

    private static ParameterProgram[] Find(string type) =>
    [
        .. R4Definitions.PatientCompartment(type).SelectMany(code => SearchProgram.Of(type).Where(program =>
            program.Parameter.Code == code && program.Parameter.Kind is SearchParameterKind.Reference)),
    ];
}
