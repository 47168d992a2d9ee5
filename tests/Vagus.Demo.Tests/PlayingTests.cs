using System.Net;
using Vagus.Demo.Connecting;
using Vagus.Demo.Importing;
using Vagus.Demo.Loading;
using Vagus.Demo.Playing;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Tests;

public sealed class PlayingTests : IDisposable
{
    private readonly PretendServer server = new();
    private readonly HastyClock clock = new();
    private readonly Clinic clinic = Samples.Clinic(patients: 8);
    private readonly Crew crew;
    private readonly Progress progress;

    public PlayingTests()
    {
        crew = new Crew(server.Connect(clock), Samples.Tenant());
        progress = new Progress(TextWriter.Null, clock);
    }

    public void Dispose()
    {
        crew.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task Loading_again_writes_nothing()
    {
        await new LoadClinic(crew, progress).Run(clinic, default);
        var writes = server.Writes;

        await new LoadClinic(crew, progress).Run(clinic, default);

        Assert.Equal(writes, server.Writes);
        Assert.Equal(0, progress.Refused);
    }

    [Fact]
    public async Task A_day_is_played_at_its_speed_and_nothing_is_refused()
    {
        await new LoadClinic(crew, progress).Run(clinic, default);
        var plan = DayPlan.Of(clinic);
        var before = clock.Passed;

        await new PlayDay(crew, progress, clock).Run(clinic, speed: 60, default);

        Assert.Equal(0, progress.Refused);
        Assert.Equal((plan[^1].At - plan[0].At) / 60, clock.Passed - before);
    }

    [Fact]
    public async Task Playing_again_changes_no_resource()
    {
        await new LoadClinic(crew, progress).Run(clinic, default);
        await new PlayDay(crew, progress, clock).Run(clinic, speed: 60, default);
        var writes = server.Writes;

        await new PlayDay(crew, progress, clock).Run(clinic, speed: 60, default);

        Assert.Equal(writes, server.Writes);
    }

    [Fact]
    public async Task A_change_that_somebody_else_overtook_is_made_on_what_they_wrote()
    {
        var booking = Appointments.OfTheDay(clinic)[0];
        server.Keep(Appointments.Appointment(clinic, booking, walkIn: false));
        var overtaken = false;
        server.Trouble = request =>
        {
            if (request.Method != HttpMethod.Put || overtaken) return null;
            overtaken = true;
            var theirs = Appointments.Appointment(clinic, booking, walkIn: false);
            theirs["comment"] = "theirs";
            server.Keep(theirs);
            return null;
        };
        var step = new Step(clinic.Today, new Actor("front_desk"), [], Alter.Status("Appointment", booking.Id, ["booked"], "arrived"));

        var ending = await new PerformStep(crew, clock).Run(step, default);

        var kept = server.Stored[$"Appointment/{booking.Id}"].Resource;
        Assert.IsType<Ending.Done>(ending);
        Assert.Equal(("arrived", "theirs"), ((string?)kept["status"], (string?)kept["comment"]));
    }

    [Fact]
    public async Task Endless_conflicts_end_in_a_refusal()
    {
        var booking = Appointments.OfTheDay(clinic)[0];
        server.Keep(Appointments.Appointment(clinic, booking, walkIn: false));
        server.Trouble = request => request.Method == HttpMethod.Put ? PretendServer.Status(HttpStatusCode.Conflict) : null;
        var step = new Step(clinic.Today, new Actor("front_desk"), [], Alter.Status("Appointment", booking.Id, ["booked"], "arrived"));

        var ending = await new PerformStep(crew, clock).Run(step, default);

        Assert.IsType<Ending.Refused>(ending);
        Assert.Equal(5, server.Seen.Count(seen => seen.StartsWith("PUT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_without_the_workflow_path_is_sent_the_signature()
    {
        server.Trouble = request =>
            PretendServer.Path(request).EndsWith("/sign", StringComparison.Ordinal) ? PretendServer.Status(HttpStatusCode.NotFound) : null;
        var step = DayPlan.Of(clinic).First(each => each.Events.Contains("encounter.signed"));

        await new PerformStep(crew, clock).Run(step, default);

        Assert.Contains(server.Stored.Keys, place => place.StartsWith("Provenance/", StringComparison.Ordinal));
    }

    [Fact]
    public void Hospitals_and_practitioners_are_imported_before_patients()
    {
        string[] files = ["/x/Ann_B_1.json", "/x/practitionerInformation2.json", "/x/Zoe_A_2.json", "/x/hospitalInformation9.json"];

        Assert.Equal(
            ["/x/hospitalInformation9.json", "/x/practitionerInformation2.json", "/x/Ann_B_1.json", "/x/Zoe_A_2.json"],
            ImportBundles.InOrder(files));
        Assert.Equal("1", ImportBundles.NameOf(files[0]));
    }

    [Fact]
    public async Task An_import_counts_what_was_written_and_names_what_was_refused()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-demo-");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "A_1.json"), History.Write(clinic, clinic.Patients[0]).ToBundle().ToJsonString());
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "B_2.json"), "not json");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "C_3.json"), "[]");

            await new ImportBundles(crew, progress).Run(folder.FullName, workers: 2, default);

            Assert.Equal(server.Writes, progress.Resources);
            Assert.Equal((1, 2), (progress.Requests, progress.Refused));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
