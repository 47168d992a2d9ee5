using Vagus.Messaging.Exporting;

namespace Vagus.Messaging.Tests.Exporting;

public sealed class LineBreaksTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("short", "short")]
    [InlineData("one two three four", "one two |three four")]
    [InlineData("abcdefghijklmnop", "abcdefghij|klmnop")]
    [InlineData("exactly te n", "exactly te| n")]
    public void A_line_ends_between_words_or_within_one_that_is_wider_than_a_line(string text, string lines)
    {
        var length = LineBreaks.Fitting(text, part => part.Length <= 10);

        Assert.Equal(lines, length == text.Length ? text : $"{text[..length]}|{text[length..]}");
    }

    [Fact]
    public void A_line_always_takes_something_and_never_half_of_a_surrogate_pair()
    {
        Assert.Equal(1, LineBreaks.Fitting("wide", _ => false));
        Assert.Equal(2, LineBreaks.Fitting("😀😀", _ => false));
        Assert.Equal(2, LineBreaks.Fitting("😀😀", part => part.Length <= 3));
    }
}
