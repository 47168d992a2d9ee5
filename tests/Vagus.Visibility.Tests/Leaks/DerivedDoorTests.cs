using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// What the server makes of records, and the log itself for those who poll it: charts and their lists, alerts, notifications, events. Each
/// door × those who may and those who may not, and once more after something went out of sight or to another patient.
/// </summary>
public abstract class DerivedDoorTests(House house)
{
    private const string Mine = "p1";
    private const string Other = "p2";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly string Labs = $"/api/aggregate/patients/{Mine}/labs";

    private static readonly string[] Doors =
    [
        $"/api/aggregate/patients/{Mine}", Labs, $"/api/aggregate/patients/{Mine}/medications",
        $"/api/aggregate/patients/{Mine}/alerts", "/api/alerts", $"/api/alerts?patientId={Mine}", "/api/notifications",
        "/api/events?since=0&limit=200", $"/api/events?since=0&limit=200&patientId={Mine}",
    ];

    /// <summary>Where somebody who may sees the results: a door that shows nobody anything would pass all others.</summary>
    private static readonly string[] ShowResults =
        [.. Doors.Except([Labs, $"/api/aggregate/patients/{Mine}/medications", "/api/notifications"])];

    [Fact]
    public async Task What_is_out_of_reach_comes_out_by_no_door_of_what_is_made_of_records()
    {
        var clinic = await house.NewClinic();
        var boss = await clinic.Has(Role.Admin, sensitive: true);
        await WriteRecords(boss);
        await Shows(boss, ShowResults, "plain", "hidden");
        await Shows(boss, [Labs], "report", "hidden-report");
        await Shows(await clinic.Has(Role.Provider), ShowResults, "plain");
        foreach (var (person, hidden) in await Askers(clinic)) await Hides(person, hidden);

        await boss.Write(Records.Labelled(Critical("plain", Mine), Records.Restricted), Critical("moved", Other));

        // At once, and not only when charts and alerts have been made anew.
        foreach (var (person, hidden) in await Askers(clinic))
            await Hides(person, person.SeesLabels.HasFlag(Sensitivity.Restricted) ? hidden : [.. hidden, "plain"]);
        await Hides(await clinic.Has(Role.Patient, patient: Mine), ["moved"]);
        await Shows(boss, ShowResults, "plain");
    }

    private static Task WriteRecords(Person boss) => boss.Write(
        Records.Patient(Mine), Records.Patient(Other), Records.Practitioner("dr"), Critical("plain", Mine), Critical("moved", Mine),
        Records.Labelled(Critical("hidden", Mine), Records.Restricted), Critical("neighbour", Other),
        Records.Labelled(Critical("psychiatric", Mine), Records.Psychiatry), Records.Labelled(Critical("withheld", Mine), Records.Withheld),
        Records.Report("report", Mine), Records.Labelled(Records.Report("hidden-report", Mine), Records.Restricted),
        Records.Labelled(Records.Allergy("allergy", Mine, "7980"), Records.Psychiatry), Records.Prescription("penicillin", Mine, "7980"));

    /// <summary>Each with the records of which no word may come out.</summary>
    private static async Task<List<(Person Person, string[] Hidden)>> Askers(Clinic clinic)
    {
        string[] all = ["plain", "moved", "hidden", "neighbour", "psychiatric", "withheld", "allergy", "penicillin", "report", "hidden-report"];
        string[] labelled = ["hidden", "psychiatric", "allergy", "hidden-report"];
        var elsewhere = await clinic.House.NewClinic();
        return
        [
            (await clinic.Has(Role.Provider), labelled),
            (await clinic.Has(Role.Nurse), labelled),
            (await clinic.Has(Role.Admin), labelled),
            (await clinic.Has(Role.Provider, labels: Sensitivity.Restricted), ["psychiatric", "allergy"]),
            (await clinic.Has(Role.Patient, patient: Mine), [.. labelled, "neighbour", "withheld"]),
            (await clinic.Has(Role.Patient, patient: Other), [.. all.Except(["neighbour", "moved"])]),
            (await clinic.Has(Role.Driver), all),
            (await elsewhere.Has(Role.Admin, sensitive: true), all),
            (await elsewhere.Has(Role.Patient, patient: Mine), all),
        ];
    }

    /// <summary>Soon: charts and alerts follow the log.</summary>
    private static async Task Shows(Person person, string[] doors, params string[] records)
    {
        using var limit = new CancellationTokenSource(Limit);
        foreach (var door in doors)
        {
            var text = await person.Text(door);
            while (records.FirstOrDefault(record => !text.Contains(Records.Canary(record), StringComparison.Ordinal)) is { } missing)
            {
                Assert.False(limit.IsCancellationRequested, $"{person}, {door} does not show {missing}: {text}");
                await Task.Delay(20);
                text = await person.Text(door);
            }
        }
    }

    private static async Task Hides(Person person, string[] records)
    {
        foreach (var door in Doors)
        {
            var text = await person.Text(door);
            foreach (var record in records)
                Assert.False(text.Contains(Records.Canary(record), StringComparison.Ordinal), $"{person}, {door} shows {record}");
        }
    }

    /// <summary>A result that has an alert.</summary>
    private static string Critical(string id, string patient) => Records.Lab(
        id, patient, 7.1m,
        more: ""","interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"HH"}]}]""");
}

public sealed class DerivedDoorsOnSqlite(SqliteWholeHouse house) : DerivedDoorTests(house), IClassFixture<SqliteWholeHouse>;

public sealed class DerivedDoorsOnPostgres(PostgresWholeHouse house) : DerivedDoorTests(house), IClassFixture<PostgresWholeHouse>;
