using Vagus.Kernel;

namespace Vagus.Visibility.Tests;

/// <summary>That a result was opened is told to those who may see the result as it is now and as it was opened.</summary>
public abstract class OpenedResultTests(House house)
{
    private const string Opened = "lab.result.viewed";

    [Theory]
    [InlineData("DiagnosticReport/r/_history/1")]
    [InlineData("DiagnosticReport/r/_history?_before=2")]
    public async Task An_older_version_of_a_report_that_was_labelled_since_is_opened_unseen_by_those_without_the_permission(string path)
    {
        await using var scene = await Scene.Open(house, Records.Report("r", "p1"));
        await scene.Boss.Write(Records.Labelled(Records.Report("r", "p1"), Records.Restricted));

        Assert.Equal(200, (await scene.Boss.Get(path)).Status);

        await scene.IsNotTold(Role.Lab, Opened);
    }

    [Fact]
    public async Task A_labelled_version_of_a_report_that_is_open_again_is_opened_unseen_by_those_without_the_permission()
    {
        await using var scene = await Scene.Open(house, Records.Labelled(Records.Report("r", "p1"), Records.Restricted));
        await scene.Boss.Write(Records.Labelled(Records.Report("r", "p1"), Records.Normal));

        Assert.Equal(200, (await scene.Boss.Get("DiagnosticReport/r/_history/1")).Status);

        await scene.IsNotTold(Role.Lab, Opened);
    }

    [Fact]
    public async Task A_read_in_a_transaction_that_labels_the_report_is_not_told_to_those_without_the_permission()
    {
        await using var scene = await Scene.Open(house, Records.Report("r", "p1"));

        var labelled = Records.Labelled(Records.Report("r", "p1"), Records.Restricted);
        await scene.Boss.Transaction(
            $$$"""{"resource":{{{labelled}}},"request":{"method":"PUT","url":"DiagnosticReport/r"}}""",
            """{"request":{"method":"GET","url":"DiagnosticReport/r/_history/1"}}""");

        await scene.IsNotTold(Role.Lab, Opened);
    }

    [Fact]
    public async Task The_patient_of_an_opened_report_does_not_depend_on_the_address_of_the_reader()
    {
        await using var scene = await Scene.Open(house, Records.Report("r", "p1").Replace(
            "\"Patient/p1\"", $"\"{house.Address}fhir/Patient/p1\"", StringComparison.Ordinal));
        await scene.Boss.Write(Records.Report("s", "p1").Replace(
            "\"Patient/p1\"", "\"http://elsewhere.example/fhir/Patient/p2\"", StringComparison.Ordinal));

        Assert.Equal(200, (await scene.Boss.Get("DiagnosticReport/r", host: "other.example")).Status);
        Assert.Equal(200, (await scene.Boss.Get("DiagnosticReport/s", host: "elsewhere.example")).Status);

        var told = Assert.Single((await scene.Hears(Role.Lab)).Events, heard => heard.Name == Opened);
        Assert.Equal("p1", told.Data.GetProperty("details").GetProperty("patientId").GetString());
    }
}

public sealed class OpenedResultsOnSqlite(SqliteHouse house) : OpenedResultTests(house);

public sealed class OpenedResultsOnPostgres(PostgresHouse house) : OpenedResultTests(house);
