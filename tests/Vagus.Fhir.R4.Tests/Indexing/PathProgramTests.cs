using System.Diagnostics;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Indexing.Compiling;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Tests.Indexing;

public sealed class PathProgramTests(ITestOutputHelper output)
{
    private readonly SearchIndexer indexer = new(OwnBases.None);

    [Fact]
    public void Paths_find_what_the_engine_finds_in_every_synthetic_resource()
    {
        var resources = SyntheaResources.All();

        foreach (var (type, resource) in resources) AssertSame(type, resource);

        output.WriteLine($"{resources.Count} resources compared");
    }

    [Theory]
    [MemberData(nameof(Samples.Names), MemberType = typeof(Samples))]
    public void Paths_find_what_the_engine_finds_in_a_sample(string name)
    {
        var resource = Samples.Get(name);

        var count = AssertSame(resource.GetProperty("resourceType").GetString() ?? "", resource);

        Assert.True(count > 1);
    }

    [Fact]
    public void Every_parameter_of_every_type_compiles_and_most_are_walked()
    {
        var programs = R4Definitions.ResourceTypes.SelectMany(SearchProgram.Of).ToList();

        var evaluated = programs.Where(program => !program.IsCompiled).Select(program => program.Parameter.ToString())
            .Distinct(StringComparer.Ordinal).ToList();

        output.WriteLine($"{programs.Count} programs; by the engine: {string.Join(", ", evaluated)}");
        Assert.True(evaluated.Count <= 12, string.Join(", ", evaluated));
    }

    [Fact]
    public void Extraction_allocates_little()
    {
        var resources = SyntheaResources.All();
        foreach (var (type, resource) in resources) indexer.Extract(resource, type);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var rows = 0L;
        var rounds = 0;
        for (; rounds < 200 && watch.ElapsedMilliseconds < 2_000; rounds++)
        {
            foreach (var (type, resource) in resources) rows += indexer.Extract(resource, type).Count;
        }

        var seconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        var extracted = (long)rounds * resources.Count;
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / extracted;
        output.WriteLine(
            $"{extracted / seconds:N0} resources per CPU second (of the whole process, so run it alone), {rows / (double)extracted:N1} rows and {bytes:N0} bytes per resource");
        // The speed is for the reader, as the machine may be busy; what is allocated depends on the code alone.
        Assert.True(bytes < 3_000, $"{bytes:N0} bytes per resource");
    }

    private int AssertSame(string type, JsonElement resource)
    {
        var compiled = Rows(indexer.Extract(resource, type));
        var evaluated = Rows(indexer.ExtractByEngine(resource, type));
        Assert.Equal(evaluated, compiled);
        return compiled.Count;
    }

    private static List<string> Rows(IndexedValues values) =>
    [
        .. values.Tokens.Select(value => value.ToString())
            .Concat(values.References.Select(value => value.ToString()))
            .Concat(values.Strings.Select(value => value.ToString()))
            .Concat(values.Dates.Select(value => value.ToString()))
            .Concat(values.Numbers.Select(value => value.ToString()))
            .Concat(values.Quantities.Select(value => value.ToString()))
            .Concat(values.Uris.Select(value => value.ToString()))
            .Order(StringComparer.Ordinal),
    ];
}
