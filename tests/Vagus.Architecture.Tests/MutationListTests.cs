using System.Text.Json;

namespace Vagus.Architecture.Tests;

/// <summary>
/// The list of lines that are broken on purpose (tests/mutations) names lines and tests that are there: it takes hours to run, and a row
/// that has fallen behind would be found then.
/// </summary>
public sealed class MutationListTests
{
    private const string List = "tests/mutations/mutations.json";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    [Fact]
    public void Each_row_names_a_line_that_stands_once_and_a_class_of_tests()
    {
        var rows = JsonSerializer.Deserialize<List<Row>>(Repository.Text(List), Options)!;

        Assert.NotEmpty(rows);
        Findings.MustBeNone(rows.SelectMany(row => FaultsOf(row, Repository.FilesEndingIn(".cs"), Repository.Text)));
    }

    [Fact]
    public void A_line_that_is_gone_or_stands_twice_and_a_class_that_is_gone_are_seen()
    {
        string[] files = ["src/Vagus.X/A.cs", "tests/Vagus.X.Tests/B.cs"];
        string TextOf(string file) => file == files[0] ? "one; two; two;" : "public sealed class BOnSqlite() : B(Engine.Sqlite);";
        Row row = new("it holds", files[0], "one;", "Vagus.X.Tests", "Vagus.X.Tests.BOnSqlite");

        Assert.Empty(FaultsOf(row, files, TextOf));
        Assert.Equal([$"{List}: it holds: its line stands 0 times in {files[0]}"], FaultsOf(row with { From = "three;" }, files, TextOf));
        Assert.Equal([$"{List}: it holds: its line stands 2 times in {files[0]}"], FaultsOf(row with { From = "two;" }, files, TextOf));
        Assert.Equal(
            [$"{List}: it holds: there is no src/Vagus.X/C.cs"], FaultsOf(row with { File = "src/Vagus.X/C.cs" }, files, TextOf));
        Assert.Equal([$"{List}: it holds: there is no class C"], FaultsOf(row with { Class = "Vagus.X.Tests.C" }, files, TextOf));
    }

    private static IEnumerable<string> FaultsOf(Row row, IEnumerable<string> files, Func<string, string> textOf)
    {
        var known = files.ToList();
        if (!known.Contains(row.File, StringComparer.Ordinal))
        {
            yield return $"{List}: {row.What}: there is no {row.File}";
        }
        else
        {
            var times = textOf(row.File).Split(row.From).Length - 1;
            if (times != 1) yield return $"{List}: {row.What}: its line stands {times} times in {row.File}";
        }

        var name = row.Class.Split('.')[^1];
        var ofProgram = known.Where(file => file.StartsWith($"tests/{row.Tests}/", StringComparison.Ordinal));
        if (!ofProgram.Any(file => textOf(file).Contains($"class {name}(", StringComparison.Ordinal) || IsClassOf(textOf(file), name)))
            yield return $"{List}: {row.What}: there is no class {name}";
    }

    private static bool IsClassOf(string text, string name) =>
        text.Contains($"class {name} ", StringComparison.Ordinal) || text.Contains($"class {name}\n", StringComparison.Ordinal);

    private sealed record Row(string What, string File, string From, string Tests, string Class);
}
