using System.Diagnostics;
using Vagus.Fhir.R4.FhirPath;
using Vagus.Fhir.R4.Tests.Indexing;

namespace Vagus.Fhir.R4.Tests.FhirPath;

public sealed class FhirPathLimitTests
{
    [Theory]
    [InlineData("(", 5_000)]
    [InlineData("-", 5_000)]
    [InlineData("1+", 5_000)]
    [InlineData("a.", 5_000)]
    [InlineData("a|", 5_000)]
    [InlineData("not(", 4_000)]
    [InlineData("a[", 5_000)]
    [InlineData("x", 20_001)]
    public void Depth_and_length_are_refused_before_they_hurt(string part, int times)
    {
        Assert.Null(FhirPathExpression.TryCompile(string.Concat(Enumerable.Repeat(part, times)) + "1", out var problem));
        Assert.Matches("deeper|longer", problem);
    }

    [Theory]
    [InlineData("(1|2|3|4|5|6|7|8|9).select(%n).select(%n).select(%n).select(%n).select(%n).select(%n).select(%n).count()")]
    [InlineData("('a').combine('a').repeat($this + 'a')")]
    [InlineData("descendants().select(%resource.descendants()).select(%resource.descendants()).select(%resource.descendants()).count()")]
    public void Work_that_multiplies_ends(string expression)
    {
        expression = expression.Replace("%n", "(1|2|3|4|5|6|7|8|9)", StringComparison.Ordinal);
        var watch = Stopwatch.StartNew();

        Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile(expression).Evaluate(Samples.Get("observation")));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Fact]
    public void A_regular_expression_that_backtracks_for_ever_is_stopped()
    {
        var expression = FhirPathExpression.Compile($"'{new string('a', 60)}!'.matches('^(a+)+$')");

        var exception = Assert.Throws<FhirPathException>(() => expression.Evaluate(Samples.Get("patient")));

        Assert.Contains("longer than 100 ms", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_grows_is_stopped()
    {
        var doubling = string.Concat(Enumerable.Repeat(".replace('a', 'aaaaaaaaaa')", 12));

        Assert.Throws<FhirPathException>(() => FhirPathExpression.Compile($"'a'{doubling}").Evaluate(Samples.Get("patient")));
    }
}
