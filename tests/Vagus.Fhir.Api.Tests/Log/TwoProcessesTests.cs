using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Log;

/// <summary>Two servers on one database: what holds between the writers of one process must hold between those of two.</summary>
public sealed class TwoProcessesTests(PostgresFhirServer first)
{
    [Fact]
    public async Task Writers_of_two_servers_queue_for_the_same_resource()
    {
        await using var second = await Another();
        var clinic = await Clinic.Open(first);
        var people = await OnBoth(clinic, second);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(number => people[number % 2].Put("Patient/same", Sample.Patient($"P{number}", "same"))));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 201, $"{answer.Status}: {answer.Text}"));
        Assert.Equal(
            Enumerable.Range(1, 60),
            answers.Select(answer => int.Parse(answer.VersionId, System.Globalization.CultureInfo.InvariantCulture)).Order());
        var log = await clinic.Log();
        Assert.Equal(60, log.Count(logged => logged.Type.StartsWith("resource.", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(1, log.Count).Select(position => (long)position), log.Select(logged => logged.Position));
    }

    [Fact]
    public async Task If_Match_lets_one_editor_win_wherever_they_work()
    {
        await using var second = await Another();
        var people = await OnBoth(await Clinic.Open(first), second);
        for (var version = 1; version <= 12; version++)
        {
            if (version == 1) (await people[0].Put("Patient/same", Sample.Patient("P", "same"))).Is(201);
            var tag = $"W/\"{version}\"";

            var answers = await Task.WhenAll(
                Enumerable.Range(0, 6).Select(number => people[number % 2].Put("Patient/same", Sample.Patient($"P{number}", "same"), tag)));

            Assert.Equal([200, 412, 412, 412, 412, 412], answers.Select(answer => answer.Status).Order());
        }
    }

    [Fact]
    public async Task IfNoneExist_creates_once_wherever_it_is_asked()
    {
        await using var second = await Another();
        var people = await OnBoth(await Clinic.Open(first), second);
        for (var round = 0; round < 10; round++)
        {
            var entry = Sample.Post(
                Sample.Patient("Once", more: $$$$""","identifier":[{"system":"urn:mrn","value":"{{{{round}}}}"}]"""),
                ifNoneExist: $"identifier=urn:mrn|{round}");

            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => people[number % 2].Bundle("transaction", entry)));

            Assert.All(answers, answer => answer.Is(200));
            Assert.Single(answers, answer => answer.Statuses[0] == "201");
        }
    }

    [Fact]
    public async Task Writers_of_many_tenants_on_two_servers_never_wait_for_each_other_in_a_circle()
    {
        await using var second = await Another();
        var people = new List<Person>();
        for (var tenant = 0; tenant < 24; tenant++) people.AddRange(await OnBoth(await Clinic.Open(first), second));
        var random = new Random(5);
        var writers = Enumerable.Range(0, 1200).Select(_ => people[random.Next(people.Count)]).ToList();

        var answers = await Task.WhenAll(writers.Select(person => person.Create(Sample.Patient())));

        Assert.All(answers, answer => Assert.True(answer.Status == 201, $"{answer.Status}: {answer.Text}"));
    }

    private async Task<FhirServer> Another()
    {
        var second = new FhirServer(Engine.Postgres, besides: first);
        await second.InitializeAsync();
        return second;
    }

    private static async Task<Person[]> OnBoth(Clinic clinic, FhirServer second)
    {
        var person = await clinic.Provider();
        return [person, new Person(second, person.Token)];
    }
}
