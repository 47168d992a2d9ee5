using Vagus.Kernel;

namespace Vagus.Visibility.Tests;

/// <summary>An event is for every patient whose compartment it is in, and for those who take part.</summary>
public abstract class ParticipationTests(House house)
{
    [Fact]
    public async Task An_appointment_of_two_patients_reaches_both_their_proxies_and_those_who_ask_for_either()
    {
        await using var scene = await Scene.Open(house);
        await scene.Add("p1", await scene.Clinic.Has(Role.Patient, patient: "p1"));
        await scene.Add("p2", await scene.Clinic.Has(Role.Patient, patient: "p2"));
        await scene.Add("parent", await scene.Clinic.Has(Role.Patient, patient: "p9", dependants: ["p2"]));
        await scene.Add("filtered", await scene.Clinic.Has(Role.Nurse), patients: ["p2"]);
        await scene.Add("elsewhere", await scene.Clinic.Has(Role.Patient, patient: "p3"));

        await scene.Boss.Write(Records.Appointment("x", "booked", "Patient/p1", "Patient/p2", "Practitioner/dr"));

        foreach (var name in new[] { "p1", "p2", "parent", "filtered" })
        {
            Assert.Equal(["appointment.created"], (await scene.Hears(name)).Events.Select(heard => heard.Name));
            Assert.Equal(["Appointment/x"], (await scene.Hears(name)).Updates.Select(heard => heard.Resource));
        }

        Assert.Empty((await scene.Hears("elsewhere")).All);
        Assert.Contains(Records.Canary("p1"), (await scene.Hears("filtered")).Events.Single().Text, StringComparison.Ordinal);
        // The name of the other patient is no part of what the second may read.
        Assert.DoesNotContain(Records.Canary("p1"), (await scene.Hears("p2")).Events.Single().Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other.example")]
    [InlineData("lie.example")]
    public async Task A_deletion_is_told_to_every_patient_of_the_write_by_whatever_address_it_comes(string host)
    {
        await using var scene = await Scene.Open(house);
        await scene.Boss.Write(Records.Appointment(
            "x", "booked", $"{house.Address}fhir/Patient/p1", "Patient/p2", "http://lie.example/fhir/Patient/p3", "Practitioner/dr"));
        await scene.Add("p1", await scene.Clinic.Has(Role.Patient, patient: "p1"));
        await scene.Add("p2", await scene.Clinic.Has(Role.Patient, patient: "p2"));
        await scene.Add("p3", await scene.Clinic.Has(Role.Patient, patient: "p3"));

        await scene.Boss.Delete("Appointment/x", host);

        foreach (var name in new[] { "p1", "p2" })
        {
            Assert.Equal(
                ("Appointment/x", "deleted"), (await scene.Hears(name)).Updates.Select(told => (told.Resource, told.Action)).Single());
        }

        Assert.Empty((await scene.Hears("p3")).All);
    }

    [Fact]
    public async Task A_socket_that_asks_for_the_second_patient_gets_the_appointment()
    {
        await using var scene = await Scene.Open(house);
        await using var socket = await SocketListener.Open(house, await scene.Clinic.Has(Role.Nurse));
        await socket.Subscribe(new { patientIds = new[] { "p2" } });

        await scene.Boss.Write(Records.Appointment("x", "booked", "Patient/p1", "Patient/p2", "Practitioner/dr"));
        await scene.Hears(Role.Nurse);
        await socket.Settle(scene.Clinic);

        Assert.Equal(["appointment:created"], socket.All.Select(heard => heard.Name));
    }

    [Fact]
    public async Task A_driver_is_told_of_the_tasks_it_owns_or_requested_and_of_no_other()
    {
        await using var scene = await Scene.Open(house);
        await scene.Add("driver", await scene.Clinic.Has(Role.Driver, practitioner: "d1"));

        await scene.Boss.Write(Records.Task("t1", "Practitioner/d1"));
        await scene.Boss.Write(Records.Task("t2", "Practitioner/d2"));
        await scene.Boss.Write(
            Records.Task("t3", "Practitioner/d2")
            .Replace("\"owner\"", "\"requester\":{\"reference\":\"Practitioner/d1\"},\"owner\"", StringComparison.Ordinal));
        // A version that the driver may not see any more when it is told is not shown.
        await scene.Hears("driver");
        await scene.Boss.Write(Records.Task("t1", "Practitioner/d2"));
        await scene.Boss.Delete("Task/t3");

        Assert.Equal(
            ["created Task/t1 True", "created Task/t3 True", "deleted Task/t1 False", "deleted Task/t3 False"],
            (await scene.Hears("driver")).Updates.Select(update => $"{update.Action} {update.Resource} {update.HasContent}"));
        Assert.DoesNotContain((await scene.Replays("driver")).Updates, update => update.Resource == "Task/t1" && update.HasContent);
    }

    [Fact]
    public async Task A_driver_reads_those_versions_of_a_task_that_are_replayed_to_it()
    {
        await using var scene = await Scene.Open(house);
        var driver = await scene.Add("driver", await scene.Clinic.Has(Role.Driver, practitioner: "d1"));
        await scene.Boss.Write(Records.Task("t", "Practitioner/d2"));
        await scene.Boss.Write(Records.Task("t", "Practitioner/d1"));
        await scene.Boss.Write(Records.Task("t", "Practitioner/d11"));
        await scene.Boss.Write(Records.Task("t", "Practitioner/d1"));

        await Agree(scene, driver, [404, 200, 404, 200]);
        await scene.Boss.Delete("Task/t");
        await Agree(scene, driver, [404, 200, 404, 200]);

        Assert.Equal(410, (await driver.Get("Task/t")).Status);
        Assert.Equal(0, (await driver.Get("Task")).Body.GetProperty("total").GetInt32());
        Assert.Equal("deleted", (await scene.Replays("driver")).Updates.Last().Action);
    }

    [Fact]
    public async Task A_driver_sees_nothing_of_a_task_that_comes_back_for_another()
    {
        await using var scene = await Scene.Open(house);
        var driver = await scene.Add("driver", await scene.Clinic.Has(Role.Driver, practitioner: "d1"));
        await scene.Boss.Write(Records.Task("t", "Practitioner/d1"));
        await scene.Boss.Delete("Task/t");

        await scene.Boss.Write(Records.Task("t", "Practitioner/d2"));

        await Agree(scene, driver, [404, 404, 404]);
    }

    private static async Task Agree(Scene scene, Person driver, int[] statuses)
    {
        var paths = Enumerable.Range(1, statuses.Length).Select(version => $"Task/t/_history/{version}");
        Assert.Equal(statuses, (await driver.ReadAll(paths)).Select(read => read.Status));
        var readable = statuses.Index().Where(each => each.Item == 200).Select(each => $"{each.Index + 1}").ToList();
        Assert.Equal(readable, (await scene.Replays("driver")).Updates.Where(update => update.HasContent).Select(update => update.Version));
        var history = (await driver.Get("Task/t/_history")).Body;
        if (readable.Count == 0) return;
        var listed = history.GetProperty("entry").EnumerateArray()
            .Where(entry => entry.TryGetProperty("resource", out _))
            .Select(entry => entry.GetProperty("resource").GetProperty("meta").GetProperty("versionId").GetString());
        Assert.Equal(readable.AsEnumerable().Reverse(), listed);
    }
}

public sealed class ParticipationOnSqlite(SqliteHouse house) : ParticipationTests(house);

public sealed class ParticipationOnPostgres(PostgresHouse house) : ParticipationTests(house);
