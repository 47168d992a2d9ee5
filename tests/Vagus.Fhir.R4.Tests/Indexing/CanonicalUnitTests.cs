using System.Globalization;
using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.R4.Tests.Indexing;

public sealed class CanonicalUnitTests
{
    [Theory]
    [InlineData("5.4", "mg", "5400", "ug")]
    [InlineData("1", "g/L", "100", "mg/dL")]
    [InlineData("60", "/min", "1", "/s")]
    [InlineData("72", "{beats}/min", "72", "/min")]
    [InlineData("7.2", "10*3/uL", "7.2", "10*9/L")]
    [InlineData("37", "Cel", "98.6", "[degF]")]
    [InlineData("120", "mm[Hg]", "15.99864", "kPa")]
    [InlineData("1", "U/L", "0.001", "U/mL")]
    [InlineData("90", "mL/min/{1.73_m2}", "0.09", "L/min")]
    [InlineData("50", "%", "0.5", "1")]
    [InlineData("1", "[lb_av]", "453.59237", "g")]
    [InlineData("0.000000000054", "kg", "0.054", "ug")]
    [InlineData("123456789012", "m", "123456789.012", "km")]
    public void One_amount_in_two_units_is_one_value(string value, string unit, string otherValue, string otherUnit)
    {
        var (one, other) = (Of(unit)!, Of(otherUnit)!);

        Assert.Equal(one.Measure, other.Measure);
        Assert.Equal(one.Convert(Number(value)), other.Convert(Number(otherValue)));
    }

    [Theory]
    [InlineData("mg", "mL")]
    [InlineData("[iU]/L", "mol/L")]
    [InlineData("g", "g/L")]
    public void Different_measures_are_not_compared(string unit, string other) => Assert.NotEqual(Of(unit)!.Measure, Of(other)!.Measure);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("mmHg")]
    [InlineData("{open")]
    [InlineData("mg}")]
    [InlineData("fm-2")]
    [InlineData("g/fm2")]
    [InlineData("pm3")]
    [InlineData("10*-24.10*-24")]
    public void A_text_that_is_no_unit_has_no_measure(string unit) => Assert.Null(Of(unit));

    [Fact]
    public void A_text_that_is_too_long_for_a_unit_is_not_kept()
    {
        var text = $"g{{{new string('x', 100)}}}";

        Assert.Null(Of(text));
        Assert.DoesNotContain(text, CanonicalUnit.Known.Keys);
    }

    [Fact]
    public void Only_units_of_UCUM_have_a_measure() => Assert.Null(CanonicalUnit.Of("urn:iso:std:iso:4217", "g"));

    [Fact]
    public void A_value_that_no_decimal_holds_has_none() => Assert.Null(Of("10*24/L")!.Convert(decimal.MaxValue));

    private static CanonicalUnit? Of(string unit) => CanonicalUnit.Of(CanonicalUnit.System, unit);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
