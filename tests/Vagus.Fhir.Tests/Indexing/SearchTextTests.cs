using Vagus.Fhir.Indexing;

namespace Vagus.Fhir.Tests.Indexing;

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

        Assert.False(char.IsHighSurrogate(SearchText.Normalize(text)[^1]));
        Assert.False(char.IsHighSurrogate(SearchText.Exact(text)[^1]));
        Assert.True(SearchText.Normalize(text).Length <= SearchText.Longest);
    }
}
