using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.R4.Terminology;
using Vagus.Kernel;

namespace Vagus.Fhir.R4.Tests.Terminology;

/// <summary>The cost of an expansion follows its definitions and not the ways through them.</summary>
public sealed class ExpandValueSetTests
{
    private const int Most = 1_000;

    [Fact]
    public async Task A_value_set_that_is_taken_in_by_many_ways_is_expanded_once()
    {
        var source = new Sets(mostAsked: 15);
        for (var level = 0; level <= 15; level++)
            source.Add(Name(level), [Code($"c{level}"), .. level < 15 ? Enumerable.Repeat(Within(Name(level + 1)), 3) : []]);

        var expanded = await Expand(source, Name(0));

        Assert.Equal(Enumerable.Range(0, 16).Select(level => $"c{level}"), expanded.Value.Select(code => code.Code));
    }

    [Fact]
    public async Task What_is_left_out_of_a_set_that_is_known_is_left_out_there_alone()
    {
        var source = new Sets(mostAsked: 3);
        source.Add("all", [Code("a"), Code("b")]);
        source.Add("some", [Within("all")], [Code("a")]);
        source.Add("root", [Within("some"), Within("all")]);

        var expanded = await Expand(source, "root");

        Assert.Equal(["b", "a"], expanded.Value.Select(code => code.Code));
    }

    [Theory]
    [InlineData(15, null)]
    [InlineData(16, "processing")]
    public async Task A_set_that_is_known_is_as_deep_as_at_its_first_place(int levels, string? issue)
    {
        var source = new Sets(mostAsked: 100);
        for (var level = 0; level <= levels; level++)
        {
            // The deepest first, so that each is known when the one above it is expanded.
            var below = Enumerable.Range(level + 1, levels - level).Reverse().Select(each => Within(Name(each)));
            source.Add(Name(level), [Code("c"), .. below]);
        }

        Assert.Equal(issue, (await Expand(source, Name(0))).Refusal?.Code);
    }

    [Theory]
    [InlineData(10_000, null)]
    [InlineData(10_001, "too-costly")]
    public async Task More_parts_than_an_expansion_may_have_are_refused(int parts, string? issue)
    {
        var source = new Sets(mostAsked: 1);
        source.Add("root", [.. Enumerable.Repeat(Code("c"), parts)]);

        Assert.Equal(issue, (await Expand(source, "root")).Refusal?.Code);
    }

    [Theory]
    [InlineData(9_999, null)]
    [InlineData(10_000, "too-costly")]
    public async Task The_filters_of_one_part_count_as_parts(int filters, string? issue)
    {
        var source = new Sets(mostAsked: 1);
        var repeated = Enumerable.Repeat(new CodeFilter("code", "=", "c"), filters);
        source.Add("root", [new CodeSelection("urn:filtered") { Filters = [.. repeated] }]);

        var expanded = await Expand(source, "root");

        Assert.Equal(issue, expanded.Refusal?.Code);
        if (issue is null) Assert.Equal(["c"], expanded.Value.Select(code => code.Code));
    }

    [Theory]
    [InlineData(9_998, null)]
    [InlineData(9_999, "too-costly")]
    public async Task The_value_sets_of_one_part_count_as_parts(int sets, string? issue)
    {
        var source = new Sets(mostAsked: 1);
        source.Add("all", [Code("c")]);
        source.Add("root", [new CodeSelection(System: null) { ValueSets = [.. Enumerable.Repeat("all", sets)] }]);

        Assert.Equal(issue, (await Expand(source, "root")).Refusal?.Code);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_between_two_filters()
    {
        using var cancel = new CancellationTokenSource();
        var source = new Sets(mostAsked: 1) { WhenAsked = cancel.Cancel };
        source.Add("root", [new CodeSelection("urn:filtered") { Filters = [new CodeFilter("code", "=", "c")] }]);

        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await new ExpandValueSet(source, Most).Run(source.Of("root"), cancel.Token));
    }

    [Theory]
    [InlineData("""{"compose":7}""")]
    [InlineData("""{"compose":{"include":{}}}""")]
    [InlineData("""{"compose":{"include":[1]}}""")]
    [InlineData("""{"compose":{"include":[{"valueSet":[1]}]}}""")]
    [InlineData("""{"compose":{"include":[{"valueSet":"x"}]}}""")]
    [InlineData("""{"compose":{"include":[{"filter":["x"]}]}}""")]
    [InlineData("""{"compose":{"exclude":[{"concept":[[]]}]}}""")]
    public void A_value_set_of_another_shape_is_not_understood(string resource) =>
        Assert.Null(ValueSetDefinition.Of(JsonElement.Parse(resource)));

    [Fact]
    public async Task More_codes_than_an_expansion_may_have_are_refused()
    {
        var source = new Sets(mostAsked: 1);
        source.Add("all", [.. Enumerable.Range(0, Most + 1).Select(each => Code(string.Create(CultureInfo.InvariantCulture, $"c{each}")))]);
        source.Add("root", [Within("all")], [Within("all")]);

        Assert.Equal("too-costly", (await Expand(source, "root")).Refusal?.Code);
    }

    [Fact]
    public async Task A_call_that_was_cancelled_is_not_worked_for()
    {
        var source = new Sets(mostAsked: 1);
        source.Add("root", [Code("c")]);

        await Assert.ThrowsAsync<OperationCanceledException>(
            async () => await new ExpandValueSet(source, Most).Run(source.Of("root"), new CancellationToken(canceled: true)));
    }

    private static ValueTask<Result<List<ExpandedCode>>> Expand(Sets source, string url) =>
        new ExpandValueSet(source, Most).Run(source.Of(url), TestContext.Current.CancellationToken);

    private static string Name(int level) => string.Create(CultureInfo.InvariantCulture, $"s{level}");

    private static CodeSelection Code(string code) => new("urn:codes") { Codes = [new Concept(code, Display: null)] };

    private static CodeSelection Within(string url) => new(System: null) { ValueSets = [url] };

    /// <summary>Value sets in memory; more questions than so many end the test.</summary>
    private sealed class Sets(int mostAsked) : TerminologySource
    {
        private readonly Dictionary<string, ValueSetDefinition> sets = new(StringComparer.Ordinal);
        private int asked;

        public Action? WhenAsked { get; init; }

        public void Add(string url, CodeSelection[] includes, params CodeSelection[] excludes) =>
            sets.Add(url, new ValueSetDefinition(url, Version: null, Name: null) { Includes = includes, Excludes = excludes });

        public ValueSetDefinition Of(string url) => sets[url];

        public override ValueTask<CodeSystemDefinition?> CodeSystem(string canonical)
        {
            WhenAsked?.Invoke();
            return ValueTask.FromResult(canonical == "urn:filtered"
                ? new CodeSystemDefinition(
                    canonical, version: null, name: null, isCaseSensitive: true, [new Concept("c", null), new Concept("d", null)])
                : null);
        }

        public override ValueTask<ValueSetDefinition?> ValueSet(string canonical)
        {
            Assert.InRange(++asked, 1, mostAsked);
            return ValueTask.FromResult(sets.GetValueOrDefault(canonical));
        }
    }
}
