namespace Vagus.Fhir.Api.Tests.Log;

public abstract class LogTests(FhirServer server)
{
    [Fact]
    public async Task Positions_have_no_gap_and_events_of_one_write_stand_together_under_many_writers()
    {
        var clinics = new[] { await Clinic.Open(server), await Clinic.Open(server) };
        var writers = new List<Task>();
        foreach (var clinic in clinics)
        {
            var provider = await clinic.Provider();
            writers.AddRange(Enumerable.Range(0, 16).Select(writer => Write(provider, writer)));
        }

        await Task.WhenAll(writers);

        foreach (var clinic in clinics)
        {
            var log = await clinic.Log();
            Assert.Equal(Enumerable.Range(1, log.Count).Select(position => (long)position), log.Select(logged => logged.Position));
            Assert.Equal(log.Count, log.Select(logged => logged.EventId).Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(16 * 6, log.Count(logged => logged.Type == "resource.created"));
            Assert.Equal(16 * 6, log.Count(logged => logged.Type == "appointment.created"));
            foreach (var derived in log.Where(logged => logged.Type.StartsWith("appointment.", StringComparison.Ordinal)))
            {
                var cause = log[(int)derived.Position - 2];
                Assert.Equal(derived.Resource, cause.Resource);
                Assert.StartsWith("resource.", cause.Type, StringComparison.Ordinal);
                Assert.Equal(derived.OccurredAt, cause.OccurredAt);
            }
        }
    }

    [Fact]
    public async Task The_events_of_one_request_share_their_trace_as_correlation()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();

        (await provider.Create(Sample.Patient("A", "a"))).Is(201);
        (await provider.Create(Sample.Patient("B", "b"))).Is(201);

        var requests = (await clinic.Log()).GroupBy(logged => logged.CorrelationId).ToList();
        Assert.Equal([2, 2], requests.Select(request => request.Count()));
        Assert.All(requests, request => Assert.Contains(request.Key!, request.First().TraceParent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_events_of_a_transaction_stand_in_the_order_of_its_changes()
    {
        var clinic = await Clinic.Open(server);
        const string allergy =
            """{"resourceType":"AllergyIntolerance","code":{"text":"Nuts"},"patient":{"reference":"Patient/p1"}}""";

        (await (await clinic.Provider()).Bundle(
            "transaction",
            Sample.Post(Sample.Appointment("Patient/p1")),
            Sample.Post(allergy),
            Sample.Post(Sample.Appointment("Patient/p2")))).Is(200);

        var derived = (await clinic.Log()).Where(logged => !logged.Type.StartsWith("resource.", StringComparison.Ordinal));
        Assert.Equal(["appointment.created", "patient.allergy.added", "appointment.created"], derived.Select(logged => logged.Type));
    }

    [Fact]
    public async Task Creating_changing_and_deleting_tell_of_the_version_and_the_patient()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        var created = (await provider.Create(Sample.Observation("Patient/p1"))).Is(201);
        (await provider.Put($"Observation/{created.Id}", Sample.Observation("Patient/p1", "other", created.Id))).Is(200);
        (await provider.Delete($"Observation/{created.Id}")).Is(204);
        (await provider.Delete($"Observation/{created.Id}")).Is(204);

        var log = await clinic.Log();

        Assert.Equal(["resource.created", "resource.updated", "resource.deleted"], log.Select(logged => logged.Type));
        Assert.Equal(
            [1, 2, 3], log.Select(logged => int.Parse(logged.Resource!.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(log, logged => Assert.Equal("p1", logged.Patient?.Value));
    }

    [Fact]
    public async Task A_refused_write_leaves_the_log_as_it_was()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        var created = (await provider.Create(Sample.Patient())).Is(201);
        var before = (await clinic.Log()).Count;

        (await provider.Put($"Patient/{created.Id}", Sample.Patient("x", created.Id), "W/\"5\"")).Is(412);
        (await provider.Create("""{"resourceType":"Patient","invented":1}""")).Is(400);
        (await provider.Create(Sample.AuditEvent())).Is(403);

        Assert.Equal(before, (await clinic.Log()).Count);
    }

    private static async Task Write(Person provider, int writer)
    {
        for (var round = 0; round < 6; round++)
        {
            var created = (await provider.Create(Sample.Appointment($"Patient/{writer}"))).Is(201);
            var cancelled = created.Text.Replace("\"booked\"", "\"cancelled\"", StringComparison.Ordinal);
            if (round % 2 == 0) (await provider.Put($"Appointment/{created.Id}", cancelled)).Is(200);
            else (await provider.Put($"Appointment/{created.Id}", cancelled, "W/\"8\"")).Is(412);
        }
    }
}

public sealed class LogOnSqlite(SqliteFhirServer server) : LogTests(server);

public sealed class LogOnPostgres(PostgresFhirServer server) : LogTests(server);
