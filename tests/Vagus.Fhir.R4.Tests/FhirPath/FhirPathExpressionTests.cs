using System.Text.Json;
using Vagus.Fhir.R4.FhirPath;
using Vagus.Fhir.R4.Tests.Indexing;

namespace Vagus.Fhir.R4.Tests.FhirPath;

public sealed class FhirPathExpressionTests
{
    [Theory]
    [InlineData("performer.where(resolve() is Patient).count()", "2")]
    [InlineData("device.resolve() is Device", "true")]
    [InlineData("subject.resolve().is(Patient)", "true")]
    [InlineData("subject.resolve().name.exists()", "false")]
    [InlineData("component.value.ofType(Quantity).value", "120.50")]
    [InlineData("component.first().value >= 100 'mm[Hg]'", "true")]
    [InlineData("effective.start.toString()", "2024-01-01")]
    [InlineData("%resource.id = id and %context.id = id", "true")]
    [InlineData("contained.where($this is Device).id", "dev")]
    [InlineData("code.coding.distinct().count()", "1")]
    [InlineData("component.select($index)", "0,1,2")]
    [InlineData("component.code.coding.code.first().type().name", "code")]
    public void It_reads_resources_as_fhir_describes_them(string expression, string expected)
    {
        var resource = Samples.Get("observation");

        var texts = FhirPathExpression.Compile(expression).Evaluate(resource).Select(value => value.Text);

        Assert.Equal(expected, string.Join(',', texts));
    }

    [Fact]
    public void An_element_keeps_its_json_and_its_type()
    {
        var name = Assert.Single(FhirPathExpression.Compile("name.where(text.exists())").Evaluate(Samples.Get("patient")));

        Assert.Equal("HumanName", name.TypeName);
        Assert.Equal("Zoe M", name.Element?.GetProperty("text").GetString());
        Assert.Null(name.Text);
    }

    [Fact]
    public void Variables_and_resolution_come_from_the_context()
    {
        var patient = Samples.Get("patient");
        var context = new FhirPathContext
        {
            Variables = new Dictionary<string, JsonElement?>(StringComparer.Ordinal) { ["previous"] = null, ["current"] = patient },
            Resolve = reference => reference == "Patient/p1/_history/4" ? patient : null,
        };

        Assert.True(Holds("%previous.exists().not() and %current.gender = 'female'", context));
        Assert.True(Holds("subject.resolve().gender = 'female'", context));
        Assert.Throws<FhirPathException>(() => Holds("%unheard.exists()", context));
    }

    [Fact]
    public void Time_comes_from_the_context()
    {
        Assert.True(Holds("today() = @2024-06-01 and now() = @2024-06-01T12:00:00.000Z", new FhirPathContext { Clock = new FixedClock() }));
    }

    [Theory]
    [InlineData("name.unknownFunction()", "unknownFunction")]
    [InlineData("name.where()", "where")]
    [InlineData("name.", "end of expression")]
    [InlineData("'open", "not closed")]
    [InlineData("a # b", "'#'")]
    public void What_is_no_expression_says_where_it_fails(string text, string part)
    {
        Assert.Null(FhirPathExpression.TryCompile(text, out var problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code.memberOf('http://vs')")]
    [InlineData("text.`div`.htmlChecks()")]
    public void What_needs_a_terminology_or_a_profile_says_that_it_is_not_there(string expression)
    {
        var exception = Assert.Throws<FhirPathException>(() => Holds(expression, FhirPathContext.Default));

        Assert.Contains("not supported", exception.Message, StringComparison.Ordinal);
    }

    private static bool Holds(string expression, FhirPathContext context) =>
        FhirPathExpression.Compile(expression).Holds(Samples.Get("observation"), context) == true;

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 6, 1, 12, 0, 0, TimeSpan.Zero);
    }
}
