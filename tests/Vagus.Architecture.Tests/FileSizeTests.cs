namespace Vagus.Architecture.Tests;

public sealed class FileSizeTests
{
    private const int MostLines = 400;

    [Fact]
    public void No_file_of_code_is_longer_than_a_reader_can_hold()
    {
        var files = Repository.FilesEndingIn(".cs", ".ts", ".tsx", ".css", ".mjs", ".js").ToList();

        Assert.True(files.Count > 100, "The files of code were not found.");
        Findings.MustBeNone(files.Where(file => IsTooLong(Repository.Text(file))));
    }

    [Fact]
    public void A_file_of_401_lines_is_seen_and_one_of_400_is_not()
    {
        Assert.True(IsTooLong(string.Concat(Enumerable.Repeat("line\n", 401))));
        Assert.False(IsTooLong(string.Concat(Enumerable.Repeat("line\n", 400))));
    }

    private static bool IsTooLong(string text) => text.AsSpan().TrimEnd('\n').Count('\n') + 1 > MostLines;
}
