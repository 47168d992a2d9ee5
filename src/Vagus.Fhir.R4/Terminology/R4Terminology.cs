namespace Vagus.Fhir.R4.Terminology;

/// <summary>
/// The code systems and value sets of R4's required bindings, as R4 publishes them. Read from the embedded table at first use; its lines
/// are told in tools/Vagus.DefinitionsGenerator.
/// </summary>
public sealed class R4Terminology : TerminologySource
{
    private static readonly Lazy<Tables> Known = new(Read);

    public static readonly R4Terminology Instance = new();

    /// <summary>The urls of the code systems.</summary>
    public static IEnumerable<string> CodeSystems => Known.Value.Systems.Keys;

    /// <summary>The urls of the value sets.</summary>
    public static IEnumerable<string> ValueSets => Known.Value.Sets.Keys;

    public override ValueTask<CodeSystemDefinition?> CodeSystem(string canonical) => ValueTask.FromResult(
        Known.Value.Systems.TryGetValue(UrlOf(canonical), out var system) && Names(canonical, system.Url, system.Version) ? system : null);

    public override ValueTask<ValueSetDefinition?> ValueSet(string canonical) => ValueTask.FromResult(
        Known.Value.Sets.TryGetValue(UrlOf(canonical), out var set) && Names(canonical, set.Url, set.Version) ? set : null);

    private static Tables Read()
    {
        using var stream = typeof(R4Terminology).Assembly.GetManifestResourceStream("terminology.txt")
            ?? throw new InvalidOperationException("R4's terminology is not embedded");
        using var lines = new StreamReader(stream);
        var reader = new Reader();
        while (lines.ReadLine() is { } line) reader.Take(line.Split('\t'));
        return reader.Ended();
    }

    private sealed record Tables(Dictionary<string, CodeSystemDefinition> Systems, Dictionary<string, ValueSetDefinition> Sets);

    private sealed class Reader
    {
        private readonly Dictionary<string, CodeSystemDefinition> systems = new(StringComparer.Ordinal);
        private readonly Dictionary<string, ValueSetDefinition> sets = new(StringComparer.Ordinal);
        private readonly List<Concept> concepts = [];
        private readonly List<string> path = [];
        private readonly List<CodeSelection> selections = [];
        private readonly List<Concept> listed = [];
        private string[]? system;
        private string[]? set;
        private string? selected;

        public void Take(string[] fields)
        {
            switch (fields[0])
            {
                case "Y":
                    End();
                    system = fields;
                    break;
                case "C":
                    TakeConcept(fields);
                    break;
                case "V":
                    End();
                    set = fields;
                    break;
                case "I":
                    EndSelection();
                    selected = fields[1];
                    break;
                case "L":
                    listed.Add(new Concept(fields[1], fields[2].Length == 0 ? null : fields[2]));
                    break;
                case "#":
                    break;
                default:
                    throw new InvalidDataException($"Unknown line {fields[0]}");
            }
        }

        public Tables Ended()
        {
            End();
            return new Tables(systems, sets);
        }

        private void TakeConcept(string[] fields)
        {
            var depth = int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture);
            path.RemoveRange(depth, path.Count - depth);
            var parents = fields.Skip(5);
            concepts.Add(new Concept(fields[3], fields[4].Length == 0 ? null : fields[4])
            {
                Parents = [.. (depth == 0 ? parents : parents.Prepend(path[^1])).Distinct(StringComparer.Ordinal)],
                Properties = fields[2] == "-" ? [] : [.. fields[2].Select(PropertyOf)],
            });
            path.Add(fields[3]);
        }

        private static ConceptProperty PropertyOf(char flag) => new(
            flag == 'a' ? "notSelectable" : "inactive", "valueBoolean", "true", System.Text.Json.JsonElement.Parse("true"));

        private void End()
        {
            if (system is not null)
                systems.Add(system[1], new CodeSystemDefinition(system[1], system[2], system[3], isCaseSensitive: true, concepts));
            EndSelection();
            if (set is not null) sets.Add(set[1], new ValueSetDefinition(set[1], set[2], set[3]) { Includes = [.. selections] });
            (system, set) = (null, null);
            concepts.Clear();
            path.Clear();
            selections.Clear();
        }

        private void EndSelection()
        {
            if (selected is not null) selections.Add(new CodeSelection(selected) { Codes = [.. listed] });
            selected = null;
            listed.Clear();
        }
    }
}
