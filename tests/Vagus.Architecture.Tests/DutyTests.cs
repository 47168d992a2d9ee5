using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

/// <summary>
/// Statements that take the first rows of all tenants leave out tenants of which no writes are taken: as many of their rows as a turn takes
/// would keep every other tenant's waiting.
/// </summary>
public sealed partial class DutyTests
{
    /// <summary>They write nothing of the tenants whose rows they read, or run before anything is served.</summary>
    private static readonly string[] Others =
    [
        "Vagus.Access/Files/FindMissingContent.cs", "Vagus.Access/KeyUpkeep/RotateRoot.cs", "Vagus.Access/Tenants/TenantSettings.cs",
        "Vagus.Fhir/Store/MoveResources.cs", "Vagus.Fhir/Store/NamePartsMigration.cs", "Vagus.Fhir/Store/PositionsMigration.cs",
        "Vagus.Fhir/Store/SearchKindsMigration.cs", "Vagus.Identity/SigningIn/CheckPassword.cs",
        "Vagus.Identity/Sessions/ReadOpenGlass.cs", "Vagus.Identity/Sessions/SessionWatch.cs",
    ];

    [Fact]
    public void What_takes_rows_of_all_tenants_leaves_out_those_of_stopped_ones() => Findings.MustBeNone(
        Repository.FilesEndingIn(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal))
            .Where(file => !Others.Contains(file["src/".Length..]))
            .SelectMany(file => HeldUp(Repository.Text(file)).Select(statement => $"{file}: {statement}")));

    [Fact]
    public void Every_file_that_is_left_out_has_such_a_statement() =>
        Findings.MustBeNone(Others.Where(file => !HeldUp(Repository.Text($"src/{file}")).Any()));

    [Fact]
    public void A_statement_of_all_tenants_is_seen() => Assert.Single(HeldUp(
        "\"\"\"\n        select t.tenant_id, id\n        from a t\n        where due_at < @now\n        order by id\n        limit @limit\n        \"\"\""));

    [Theory]
    [InlineData("select tenant_id from a where due_at < @now and {NotStopped.Sql} limit @limit")]
    [InlineData("select tenant_id from a where tenant_id = @tenant_id limit @limit")]
    [InlineData("select tenant_id from a order by tenant_id")]
    public void An_innocent_one_is_not(string statement) => Assert.Empty(HeldUp($"\"\"\"\n{statement}\n\"\"\""));

    private static IEnumerable<string> HeldUp(string text) =>
        Texts().Matches(text).Select(match => match.Groups["sql"].Value.Trim())
            .Where(sql => OfAllTenants().IsMatch(sql) && Limit().IsMatch(sql) && !OneTenant().IsMatch(sql))
            .Where(sql => !sql.Contains("{NotStopped.Sql}", StringComparison.Ordinal))
            .Select(sql => Space().Replace(sql, " "));

    [GeneratedRegex("\"\"\"\n(?<sql>.*?)\"\"\"", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Texts();

    /// <summary>The tenant is a column of its own or one of a row's.</summary>
    [GeneratedRegex(@"^select [^\n]*(\btenant_id\b|Columns\})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex OfAllTenants();

    [GeneratedRegex(@"\blimit\b", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Limit();

    [GeneratedRegex(@"\btenant_id = @", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex OneTenant();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Space();
}
