using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

/// <summary>
/// A table is its room's: others ask that room. What still stands in another one's statements is listed, and the list only shrinks.
/// </summary>
public sealed partial class TableTests
{
    // The log and its readers' places: rooms that keep state by the log read them in their own statements, and the checkup reads all.
    private static readonly HashSet<string> OfTheLog = new(StringComparer.Ordinal)
    {
        "event", "log_head", "log_cursor", "parked_event", "tenant_stop", "schema_migration",
    };

    private static readonly HashSet<(string Room, string Table)> Known =
    [
        // The row of the tenant is held in the write that adds what belongs to it.
        ("Vagus.Clinic", "access_tenant"), ("Vagus.Fhir", "access_tenant"), ("Vagus.Identity", "access_tenant"),
        // Accounts: the table came with the first version of Access, and Identity alone keeps it.
        ("Vagus.Identity", "access_user"),
        ("Vagus.Fhir", "access_file_past"), ("Vagus.Fhir", "access_tenant_setting"),
        ("Vagus.Server", "access_break_glass"), ("Vagus.Server", "access_signing_key"),
        ("Vagus.Storage", "audit_head"),
    ];

    [Fact]
    public void No_room_speaks_to_the_tables_of_another_one()
    {
        var sources = Repository.FilesEndingIn(".cs").Where(file => file.StartsWith("src/", StringComparison.Ordinal))
            .Select(file => (Room: file.Split('/')[1], File: file, Text: Repository.Text(file))).ToList();
        var owners = sources
            .SelectMany(source => Made().Matches(source.Text).Select(match => (Table: match.Groups["table"].Value, source.Room)))
            .DistinctBy(made => made.Table).ToDictionary(made => made.Table, made => made.Room, StringComparer.Ordinal);
        Assert.Equal("Vagus.Care", owners["care_alert"]);

        var used = sources.SelectMany(source => Used(source.Text)
            .Where(table => owners.TryGetValue(table, out var owner) && owner != source.Room && !OfTheLog.Contains(table))
            .Select(table => (source.Room, Table: table, source.File))).ToList();

        Findings.MustBeNone(used.Where(each => !Known.Contains((each.Room, each.Table))).Select(each => $"{each.File}: {each.Table}"));
        Findings.MustBeNone(Known.Except(used.Select(each => (each.Room, each.Table))).Select(gone => $"not any more, take it out: {gone}"));
    }

    [Fact]
    public void A_table_is_seen_in_each_kind_of_statement() => Assert.Equal(
        ["a_one", "a_two", "a_three", "a_four"],
        Used("select x from a_one join a_two t on t.x = x; insert into a_three (x) values (1); update a_four set x = 1"));

    private static IEnumerable<string> Used(string text) => Named().Matches(text).Select(match => match.Groups["table"].Value);

    [GeneratedRegex(@"create table (if not exists )?(?<table>[a-z_]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Made();

    [GeneratedRegex(@"\b(from|join|into|update) (?<table>[a-z]+(_[a-z]+)*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
