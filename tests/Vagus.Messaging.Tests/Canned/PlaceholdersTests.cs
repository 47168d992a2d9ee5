using Vagus.Messaging.Canned;

namespace Vagus.Messaging.Tests.Canned;

public sealed class PlaceholdersTests
{
    [Theory]
    [InlineData("Hello {{patient.firstName}}", "Hello Maya")]
    [InlineData("Hello {{ patient.firstName }}", "Hello Maya")]
    [InlineData("Hello {{patient.firstName|there}}", "Hello Maya")]
    [InlineData("Call {{clinic.phone|the clinic}}", "Call the clinic")]
    [InlineData("Call {{clinic.phone}}", "Call {{clinic.phone}}")]
    [InlineData("Call {{clinic.phone|}}now", "Call now")]
    [InlineData("{{patient.firstName}} and {{patient.firstName}}", "Maya and Maya")]
    public void What_is_known_is_put_in_its_place_and_else_the_fallback(string text, string filled) =>
        Assert.Equal(filled, Placeholders.Fill(text, name => name == "patient.firstName" ? "Maya" : null));

    [Fact]
    public void A_value_is_not_read_as_a_placeholder_again() =>
        Assert.Equal("{{staff.name}}", Placeholders.Fill("{{patient.name}}", name => name == "patient.name" ? "{{staff.name}}" : "Dr Lee"));

    [Theory]
    [InlineData("Take {{medicine}}", true)]
    [InlineData("Take {{}}", true)]
    [InlineData("{{ patient.firstName | there }}", true)]
    [InlineData("We need [what we need to know]", true)]
    [InlineData("We need [...]", true)]
    [InlineData("We need […]", true)]
    [InlineData("We need [__]", true)]
    [InlineData("[1 [what]", true)]
    [InlineData("[what\nelse]", false)]
    [InlineData("Your results are normal.", false)]
    [InlineData("See note [1] and tick [x] or [ ]", false)]
    [InlineData("Read [our page](https://clinic.example)", false)]
    [InlineData("{ } and { x }", false)]
    public void A_text_that_is_still_to_be_filled_is_seen(string text, bool unfilled) =>
        Assert.Equal(unfilled, Placeholders.IsUnfilled(text));

    [Theory]
    [InlineData("{{patient.firstName}} {{clinic.name|us}}", null)]
    [InlineData("{{patient.ssn}}", "patient.ssn")]
    [InlineData("{{}}", "")]
    public void Variables_are_a_declared_set(string text, string? unknown) => Assert.Equal(unknown, Placeholders.Unknown(text));

    [Fact]
    public void A_long_text_of_brackets_is_read_in_time()
    {
        foreach (var part in new[] { "[", "{", "[a b ", "{{a|", "[ab", "{{ " })
            Assert.False(Placeholders.IsUnfilled(string.Concat(Enumerable.Repeat(part, 50_000))));
        Assert.False(Placeholders.IsUnfilled("[" + new string('x', 1_000_000)));
        Assert.Equal("", Placeholders.Unknown("{{}}" + string.Concat(Enumerable.Repeat("{{a|", 50_000))));
    }
}
