using Vagus.Fhir.R4.FhirPath;
using Vagus.Fhir.R4.Tests.Indexing;

namespace Vagus.Fhir.R4.Tests.FhirPath;

/// <summary>Where types meet: what FHIRPath converts by itself, and what it refuses.</summary>
public sealed class ConversionTests
{
    [Theory]
    [InlineData("1 = 1 '1'", "true")]
    [InlineData("1 = 1 'mg'", "")]
    [InlineData("1.0 ~ 1 '1'", "true")]
    [InlineData("1 < 2 '1'", "true")]
    [InlineData("2 'mg' > 1", "")]
    public void A_number_beside_a_quantity_is_a_quantity_without_a_unit(string expression, string expected) =>
        Assert.Equal(expected, Evaluate(expression));

    [Theory]
    [InlineData("1 year ~ 1 'a'", "true")]
    [InlineData("1 year = 1 'a'", "")]
    [InlineData("1 month ~ 1 'mo'", "true")]
    [InlineData("1 year ~ 12 months", "true")]
    public void A_calendar_year_is_equivalent_to_the_year_of_UCUM_but_not_equal(string expression, string expected) =>
        Assert.Equal(expected, Evaluate(expression));

    [Theory]
    [InlineData("status.ofType(Element)", "final")]
    [InlineData("status as Element", "final")]
    [InlineData("status.ofType(code)", "final")]
    [InlineData("status.ofType(string)", "")]
    public void A_primitive_is_cast_to_its_bases_but_to_no_other_primitive(string expression, string expected) =>
        Assert.Equal(expected, Evaluate(expression));

    [Theory]
    [InlineData("1 & 'a'")]
    [InlineData("'a' & @2024")]
    public void Only_texts_are_joined(string expression) => Assert.Throws<FhirPathException>(() => Evaluate(expression));

    [Theory]
    [InlineData("@2024-02-29 + 36 hours")]
    [InlineData("@2024-02 - 10 seconds")]
    public void A_date_takes_no_hours(string expression) => Assert.Throws<FhirPathException>(() => Evaluate(expression));

    [Theory]
    [InlineData("'.1'.toDecimal()", "")]
    [InlineData("'1.'.toDecimal()", "")]
    [InlineData("'-0.10'.toDecimal()", "-0.10")]
    [InlineData("'.1'.convertsToQuantity()", "false")]
    public void A_decimal_has_digits_on_both_sides_of_its_point(string expression, string expected) =>
        Assert.Equal(expected, Evaluate(expression));

    [Theory]
    [InlineData("@2024-05-17T10:00:00+00:00.toString()", "2024-05-17T10:00:00+00:00")]
    [InlineData("@2024-05-17T10:00:00Z.toString()", "2024-05-17T10:00:00Z")]
    [InlineData("@2024-05-17T10:00:00+00:00 = @2024-05-17T10:00:00Z", "true")]
    public void The_text_of_a_time_in_UTC_is_as_it_was_written(string expression, string expected) =>
        Assert.Equal(expected, Evaluate(expression));

    private static string Evaluate(string expression) =>
        string.Join(',', FhirPathExpression.Compile(expression).Evaluate(Samples.Get("observation")).Select(value => value.Text));
}
