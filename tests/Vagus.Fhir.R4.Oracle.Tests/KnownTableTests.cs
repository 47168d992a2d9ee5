using System.Text.RegularExpressions;
using Vagus.Fhir.R4.Oracle.Tests.FhirPath;
using Vagus.Fhir.R4.Oracle.Tests.Validation;

namespace Vagus.Fhir.R4.Oracle.Tests;

/// <summary>The tables of known differences in the READMEs: each row still is one, and no row is missing.</summary>
public sealed partial class KnownTableTests
{
    [Fact]
    public void The_table_of_FHIRPath_has_the_differences_that_the_tests_allow() =>
        Assert.Equal(Sorted(KnownDifference.All.Select(row => row.Example)), Sorted(Table("FhirPath")));

    [Fact]
    public void Each_known_difference_of_FHIRPath_still_is_one()
    {
        var record = Record.Invented().Single(record => record.Name == "observation");

        var gone = KnownDifference.All.Select(row => row.Example)
            .Where(expression => Engines.Ours(expression, record).Agrees(Engines.Firely(expression, record)));
        Assert.Equal("", string.Join('\n', gone));
    }

    [Fact]
    public void The_table_of_validation_has_the_differences_that_the_tests_allow() =>
        Assert.Equal(Sorted(KnownVerdict.All.Select(row => row.Name)), Sorted(Table("Validation")));

    [Fact]
    public void Each_known_difference_of_validation_still_is_one() =>
        Assert.Empty(KnownVerdict.All.Where(row => !IsDifference(row)).Select(row =>
            $"{row.Name}: ours {Verdicts.Ours(row.Example)}, Firely {Verdicts.Firely(row.Example)}"));

    private static bool IsDifference(KnownVerdict row)
    {
        var (ours, theirs) = (Verdicts.Ours(row.Example), Verdicts.Firely(row.Example));
        return ours.IsAccepted != row.OursRefuses && theirs.IsAccepted == row.OursRefuses
            && $"{ours.Reasons}{theirs.Reasons}".Contains(row.Says, StringComparison.Ordinal);
    }

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The first cells of the table under the heading "Beside Firely's SDK". A bar inside a cell is escaped there.</summary>
    private static IEnumerable<string> Table(string folder)
    {
        var text = File.ReadAllText(Path.Combine(Root(), "src", "Vagus.Fhir.R4", folder, "README.md"));
        var start = text.IndexOf("## Beside Firely's SDK", StringComparison.Ordinal);
        Assert.True(start >= 0, "The README has no table");
        return Row().Matches(text[start..]).Select(row => row.Groups["name"].Value.Replace("\\|", "|", StringComparison.Ordinal));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Vagus.slnx"))) folder = folder.Parent ?? throw new DirectoryNotFoundException();
        return folder.FullName;
    }

    [GeneratedRegex("^\\| `(?<name>[^`]+)` \\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Row();
}
