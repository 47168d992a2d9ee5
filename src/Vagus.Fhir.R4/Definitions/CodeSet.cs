namespace Vagus.Fhir.R4.Definitions;

/// <summary>The codes that a required binding allows.</summary>
public sealed class CodeSet(string name, IReadOnlyList<(string System, string[] Codes)> systems)
{
    private static readonly object Present = new();

    // Built at first use, as the maps of a type are.
    private Utf8Map<object>? codes;
    private Utf8Map<Utf8Map<object>>? bySystem;

    /// <summary>The last part of the value set's canonical: <c>administrative-gender</c>.</summary>
    public string Name { get; } = name;

    public IReadOnlyList<(string System, string[] Codes)> Systems { get; } = systems;

    /// <summary>For elements of type code, whose system is implied.</summary>
    public bool Has(ReadOnlySpan<byte> code) =>
        (codes ??= Map(Systems.SelectMany(system => system.Codes).Distinct(StringComparer.Ordinal))).Find(code) is not null;

    public bool Has(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) =>
        (bySystem ??= new Utf8Map<Utf8Map<object>>(Systems.Select(entry => (entry.System, Map(entry.Codes)))))
            .Find(system)?.Find(code) is not null;

    private static Utf8Map<object> Map(IEnumerable<string> codes) => new(codes.Select(code => (code, Present)));
}
