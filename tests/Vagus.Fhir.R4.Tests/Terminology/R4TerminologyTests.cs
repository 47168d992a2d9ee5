using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Terminology;

namespace Vagus.Fhir.R4.Tests.Terminology;

/// <summary>The published value sets are those by which resources are validated.</summary>
public sealed class R4TerminologyTests
{
    [Fact]
    public async Task Every_value_set_is_expanded_into_codes_with_names()
    {
        Assert.InRange(R4Terminology.ValueSets.Count(), 200, 1_000);
        var named = 0;
        foreach (var url in R4Terminology.ValueSets)
        {
            var expanded = await Expanded(url);
            Assert.NotEmpty(expanded);
            Assert.All(expanded, code => Assert.True(code.System is not null && code.Display is not "", $"{url}: {code}"));
            if (expanded.TrueForAll(code => code.Display is not null)) named++;
        }

        // A few take codes of systems that are not published with their names.
        Assert.InRange(named, R4Terminology.ValueSets.Count() - 5, R4Terminology.ValueSets.Count());
    }

    [Fact]
    public async Task The_codes_are_those_of_the_required_bindings()
    {
        var byName = R4Terminology.ValueSets.ToLookup(url => url[(url.LastIndexOf('/') + 1)..], StringComparer.Ordinal);
        var compared = 0;
        var sets = R4Definitions.Types.SelectMany(type => type.Elements).Select(element => element.Codes).OfType<CodeSet>().Distinct();
        foreach (var set in sets)
        {
            var url = Assert.Single(byName[set.Name]);
            var codes = (await Expanded(url)).Select(code => $"{code.System}|{code.Code}").Order(StringComparer.Ordinal);
            var bound = set.Systems.SelectMany(system => system.Codes.Select(code => $"{system.System}|{code}"));
            Assert.Equal(bound.Order(StringComparer.Ordinal), codes);
            compared++;
        }

        Assert.InRange(compared, 150, 400);
    }

    [Fact]
    public async Task Hierarchies_of_code_systems_are_kept()
    {
        var system = await R4Terminology.Instance.CodeSystem("http://hl7.org/fhir/issue-type");

        Assert.True(system!.Subsumes("security", "login"));
        Assert.False(system.Subsumes("login", "security"));
        Assert.Contains("throttled", system.Below("transient").Select(concept => concept.Code));
    }

    private static async Task<List<ExpandedCode>> Expanded(string url)
    {
        var set = await R4Terminology.Instance.ValueSet(url);
        return (await new ExpandValueSet(R4Terminology.Instance, 10_000).Run(set!, TestContext.Current.CancellationToken)).Value;
    }
}
