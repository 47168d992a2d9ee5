namespace Vagus.Fhir.R4.Definitions;

/// <summary>
/// FHIR R4 (4.0.1) as data: types, search parameters, compartments. Read once from the embedded table; every look-up after that allocates
/// nothing.
/// </summary>
public static class R4Definitions
{
    private static readonly DefinitionTables Tables = DefinitionReader.Read();

    /// <summary>The concrete resource types, in ordinal order.</summary>
    public static IReadOnlyList<string> ResourceTypes { get; } =
        [.. Tables.Types.Values.Where(type => type is { Kind: TypeKind.Resource, IsAbstract: false }).Select(type => type.Name)
            .Order(StringComparer.Ordinal)];

    private static readonly Utf8Map<TypeDefinition> ResourcesByUtf8 = new(ResourceTypes.Select(name => (name, Tables.Types[name])));

    private static readonly Dictionary<string, Dictionary<string, SearchParameterDefinition>> Searches =
        ResourceTypes.Concat(["Resource", "DomainResource"])
            .ToDictionary(name => name, name => Tables.SearchParametersOf(Tables.Types[name]), StringComparer.Ordinal);

    private static readonly Dictionary<string, SearchParameterDefinition> NoSearches = [];

    private static readonly Dictionary<int,
        SearchParameterDefinition> SearchesById = Tables.SearchParameters.ToDictionary(parameter => parameter.Id);

    /// <summary>Whether the name is a concrete R4 resource type.</summary>
    public static bool IsResourceType(string name) => Type(name) is { Kind: TypeKind.Resource, IsAbstract: false };

    /// <summary>
    /// The codes of the search parameters that put a resource of this type into a patient's compartment; empty when none do.
    /// </summary>
    public static IReadOnlyList<string> PatientCompartment(string type) => Compartment("Patient", type);

    /// <summary>
    /// As <see cref="PatientCompartment"/>, for Device, Encounter, Patient, Practitioner or RelatedPerson; <c>{def}</c> stands for the
    /// resource itself.
    /// </summary>
    public static IReadOnlyList<string> Compartment(string compartment, string type) =>
        Tables.Compartments.TryGetValue(compartment, out var types) && types.TryGetValue(type, out var codes) ? codes : [];

    /// <summary>A type by name: <c>Patient</c>, <c>Quantity</c>, <c>code</c>, <c>Patient.contact</c>.</summary>
    public static TypeDefinition? Type(string name) => Tables.Types.GetValueOrDefault(name);

    /// <summary>A concrete resource type by the UTF-8 of its name.</summary>
    internal static TypeDefinition? ResourceType(ReadOnlySpan<byte> name) => ResourcesByUtf8.Find(name);

    /// <summary>The search parameters of a resource type by code, with those of every resource; empty for an unknown type.</summary>
    public static IReadOnlyDictionary<string, SearchParameterDefinition> SearchParameters(string type) =>
        Searches.TryGetValue(type, out var parameters) ? parameters : NoSearches;

    public static SearchParameterDefinition? SearchParameter(string type, string code) => SearchParameters(type).GetValueOrDefault(code);

    /// <summary>The search parameter whose number index rows hold.</summary>
    public static SearchParameterDefinition? SearchParameter(int id) => SearchesById.GetValueOrDefault(id);

    /// <summary>The loaded types, for checks over all of them.</summary>
    internal static IReadOnlyCollection<TypeDefinition> Types => Tables.Types.Values;
}
