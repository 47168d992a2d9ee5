using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Visibility.Tests;

/// <summary>
/// The rights, labels and release of now decide what is replayed; a resource that goes out of sight goes from the screens.
/// </summary>
public abstract class NarrowingTests(House house)
{
    [Fact]
    public async Task A_replay_gives_out_nothing_that_a_read_refuses_now()
    {
        await using var scene = await Scene.Open(house, Records.Lab("o", "p1", 7.2m));
        await scene.Boss.Write(Records.Labelled(Records.Lab("o", "p1", 7.3m), Records.Restricted));

        var replay = await scene.Replays("Provider");
        var whole = await scene.Replays("Provider+");

        var told = Assert.Single(replay.Updates, update => update.Resource == "Observation/o");
        Assert.Equal(("deleted", false), (told.Action, told.HasContent));
        Assert.DoesNotContain(replay.All, heard => heard.Text.Contains(Records.Canary("o"), StringComparison.Ordinal));
        Assert.Equal(2, whole.Updates.Count(update => update.Resource == "Observation/o" && update.HasContent));
        Assert.Equal(2, whole.Events.Count(heard => heard.Name == "lab.critical.alert"));
    }

    [Theory]
    [InlineData("Medication", "")]
    [InlineData("Location", "")]
    [InlineData("Task", ""","status":"requested","intent":"order" """)]
    public async Task What_comes_back_with_a_label_after_its_deletion_is_not_replayed_as_it_was(string type, string more)
    {
        var record = Records.Of(type, "m", $"{more},\"meta\":{{\"tag\":[{{\"code\":\"canary-m-\"}}]}}");
        await using var scene = await Scene.Open(house, record);
        await scene.Boss.Delete($"{type}/m");
        await scene.Boss.Write(Records.Of(type, "m", $"{more},\"meta\":{{\"security\":[{Records.Restricted}]}}"));

        var replay = await scene.Replays("Provider");

        Assert.DoesNotContain(replay.All, heard => heard.Text.Contains(Records.Canary("m"), StringComparison.Ordinal));
        Assert.Contains(
            (await scene.Replays("Provider+")).All, heard => heard.Text.Contains(Records.Canary("m"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_label_on_a_record_that_an_older_event_draws_from_takes_the_event_away()
    {
        await using var scene = await Scene.Open(house, Records.Lab("o", "p1", 7.2m));
        await scene.Boss.Write(Records.Labelled(Records.Patient("p1"), Records.Restricted));

        var replay = await scene.Replays("Lab");

        Assert.DoesNotContain(replay.Events, heard => heard.Name == "lab.critical.alert");
        Assert.Contains(replay.Updates, update => update.Resource == "Observation/o");
    }

    [Fact]
    public async Task A_label_that_is_added_takes_the_resource_from_the_screens_of_those_who_saw_it()
    {
        await using var scene = await Scene.Open(house, Records.Lab("o", "p1"));
        await scene.Boss.Write(Records.Labelled(Records.Lab("o", "p1", 5m), Records.Restricted));

        var told = Assert.Single((await scene.Hears(Role.Nurse)).Updates);

        Assert.Equal(("Observation/o", "deleted", false), (told.Resource, told.Action, told.HasContent));
        Assert.DoesNotContain(Records.Canary("o"), told.Text, StringComparison.Ordinal);
        Assert.Equal("updated", Assert.Single((await scene.Hears(Role.Nurse, sensitive: true)).Updates).Action);
        Assert.Empty((await scene.Hears(Role.Pharmacy)).Updates);
    }

    [Fact]
    public async Task A_resource_that_moves_to_another_patient_is_gone_for_the_first_and_new_for_the_second()
    {
        await using var scene = await Scene.Open(house, Records.Lab("o", "p1"));
        await scene.Add("p1", await scene.Clinic.Has(Role.Patient, patient: "p1"));
        await scene.Add("p2", await scene.Clinic.Has(Role.Patient, patient: "p2"));
        await scene.Add("filtered", await scene.Clinic.Has(Role.Provider), patients: ["p1"]);

        await scene.Boss.Write(Records.Lab("o", "p2", 4.4m));

        var first = Assert.Single((await scene.Hears("p1")).Updates);
        Assert.Equal(("deleted", false), (first.Action, first.HasContent));
        Assert.Equal("p1", first.Data.GetProperty("patient_id").GetString());
        Assert.DoesNotContain("p2", first.Text, StringComparison.Ordinal);
        var second = Assert.Single((await scene.Hears("p2")).Updates);
        Assert.Equal(("updated", true), (second.Action, second.HasContent));
        Assert.Equal("deleted", Assert.Single((await scene.Hears("filtered")).Updates).Action);
        Assert.Equal("updated", Assert.Single((await scene.Hears(Role.Provider)).Updates).Action);
        Assert.DoesNotContain((await scene.Replays("p1")).Updates, update => update.HasContent && update.Resource == "Observation/o");
        Assert.Single((await scene.Replays("p2")).Updates, update => update.Resource == "Observation/o");
    }

    [Fact]
    public async Task A_release_that_is_withdrawn_takes_the_result_from_the_patients_screen()
    {
        await using var scene = await Scene.Open(house, Records.Report("r", "p1"));
        await scene.Add("p1", await scene.Clinic.Has(Role.Patient, patient: "p1"));

        await scene.Boss.Write(Records.Report("r", "p1", status: "entered-in-error"));

        Assert.Equal("deleted", Assert.Single((await scene.Hears("p1")).Updates).Action);
        Assert.DoesNotContain((await scene.Replays("p1")).All, heard => heard.Text.Contains(Records.Canary("r"), StringComparison.Ordinal));
        Assert.DoesNotContain((await scene.Replays("p1")).Events, heard => heard.Name == "lab.result.available");
    }

    [Fact]
    public async Task A_patient_is_pushed_released_results_only()
    {
        await using var scene = await Scene.Open(house);
        await scene.Add("p1", await scene.Clinic.Has(Role.Patient, patient: "p1"));

        await scene.Boss.Write(Records.Report("r1", "p1", status: "preliminary"));
        await scene.Boss.Write(Records.Labelled(Records.Report("r2", "p1"), Records.Withheld));
        await scene.Boss.Write(Records.Lab("o1", "p1", status: "preliminary"));
        await scene.Boss.Write(Records.Labelled(Records.Lab("o2", "p1"), Records.Withheld));
        await scene.Boss.Write(Records.Report("r3", "p1"));

        foreach (var listener in new[] { await scene.Hears("p1"), await scene.Replays("p1") })
        {
            Assert.Equal(
                ["DiagnosticReport/r3"], listener.Updates.Select(update => update.Resource).Where(resource => resource != "Patient/p1"));
            Assert.Equal("r3", Assert.Single(listener.Events).Data.GetProperty("details").GetProperty("reportId").GetString());
        }
    }

    [Fact]
    public async Task A_setting_of_the_tenant_narrows_live_and_replay()
    {
        await using var scene = await Scene.Open(house);
        var setting = JsonElement.Parse("""{"nurse":["lab.*"]}""");
        Assert.False((await house.Get<TenantSettings>().Set(scene.Clinic.Tenant, "visibility", setting, CancellationToken.None)).IsRefused);

        await scene.Boss.Write(Records.Lab("o", "p1", 7.2m));
        var late = await scene.Clinic.House.NewClinic();
        Assert.False((await house.Get<TenantSettings>().Set(late.Tenant, "visibility", setting, CancellationToken.None)).IsRefused);
        var boss = await late.Has(Role.Admin, sensitive: true);
        await boss.Write(Records.Lab("o", "p1", 7.2m));
        await using var nurse = await RawListener.Open(house, await late.Has(Role.Nurse), since: 0);
        await nurse.Settle(late);

        Assert.Contains((await scene.Hears(Role.Provider)).Events, heard => heard.Name == "lab.critical.alert");
        Assert.DoesNotContain(nurse.Events, heard => heard.Name == "lab.critical.alert");
        Assert.Contains(nurse.Updates, update => update.Resource == "Observation/o");
    }
}

public sealed class NarrowingOnSqlite(SqliteHouse house) : NarrowingTests(house);

public sealed class NarrowingOnPostgres(PostgresHouse house) : NarrowingTests(house);
