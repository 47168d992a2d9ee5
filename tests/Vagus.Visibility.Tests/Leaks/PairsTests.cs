using Vagus.Fhir.R4.Definitions;

namespace Vagus.Visibility.Tests.Leaks;

public sealed class PairsTests
{
    [Fact]
    public void Nearly_every_parameter_of_every_type_has_a_record_that_holds_a_value_of_it()
    {
        var searched = R4Definitions.ResourceTypes.Select(type => (type, R4Definitions.SearchParameters(type).Values
            .Where(parameter => parameter.Expression.Length > 0 && parameter.Kind != SearchParameterKind.Special)
            .Select(parameter => parameter.Code).ToList()));

        var pairs = Pairs.Of(searched, "kooi-patient", "kanarie");

        foreach (var (name, reason) in pairs.Without) TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {reason}");
        Assert.InRange(pairs.All.Count, 1_700, 5_000);
        // The parameters of a Bundle's first resource find no value: what is inside is none of the three kinds of reference.
        Assert.Equal(
            ["Bundle.composition", "Bundle.message"],
            pairs.Without.Keys.Where(name => !name.StartsWith("AuditEvent.", StringComparison.Ordinal)));
    }
}
