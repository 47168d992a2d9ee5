using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.R4.Tests.Indexing;

public sealed class SearchTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("  Two\t\nWORDS ", "two words")]
    [InlineData("José Ñandú", "jose nandu")]
    [InlineData("e\u0301te\u0301", "ete")]
    [InlineData("Nguyễn Thị Ánh", "nguyen thi anh")]
    [InlineData("Søren Łukasz Đorđević", "soren lukasz dordevic")]
    [InlineData("Ёлкин", "елкин")]
    [InlineData("Ελένη", "ελενη")]
    [InlineData("山田", "山田")]
    public void Case_diacritics_and_surplus_blanks_do_not_count(string text, string expected)
    {
        Assert.Equal(expected, SearchText.Normalize(text));
    }

    [Theory]
    [InlineData(199)]
    [InlineData(200)]
    [InlineData(399)]
    public void A_cut_never_leaves_half_a_character(int ascii)
    {
        var text = new string('a', ascii) + "😀😀";

        var prefix = SearchText.Cut(SearchText.Normalize(text), 200);

        Assert.False(char.IsHighSurrogate(prefix[^1]));
        Assert.True(prefix.Length <= 200);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(257)]
    [InlineData(100_000)]
    public void A_long_text_is_compared_whole(int length)
    {
        var text = new string('É', length) + "  Ω";

        Assert.Equal(new string('e', length) + " ω", SearchText.Normalize(text));
    }
}
