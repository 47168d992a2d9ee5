namespace Vagus.Fhir.Definitions;

/// <summary>The codes that a required binding allows.</summary>
internal sealed class CodeSet(string name, IReadOnlyList<(string System, string[] Codes)> systems)
{
    private static readonly object Present = new();

    private readonly Utf8Map<object> codes =
        new(systems.SelectMany(system => system.Codes).Distinct(StringComparer.Ordinal).Select(code => (code, Present)));

    private readonly Utf8Map<Utf8Map<object>> bySystem =
        new(systems.Select(system => (system.System, new Utf8Map<object>(system.Codes.Select(code => (code, Present))))));

    /// <summary>The last part of the value set's canonical: <c>administrative-gender</c>.</summary>
    public string Name { get; } = name;

    public IReadOnlyList<(string System, string[] Codes)> Systems { get; } = systems;

    /// <summary>For elements of type code, whose system is implied.</summary>
    public bool Has(ReadOnlySpan<byte> code) => codes.Find(code) is not null;

    public bool Has(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code) => bySystem.Find(system)?.Find(code) is not null;
}
