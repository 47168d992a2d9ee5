using System.Net.Http.Headers;
using System.Text;

namespace Vagus.Fhir.Api.Tests.Input;

public abstract class AbandonedRequestTests(FhirServer server)
{
    [Fact]
    public async Task Clients_that_hang_up_in_the_middle_harm_nobody_and_leave_whole_writes_or_none()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        var random = new Random(11);
        var impatient = Enumerable.Range(0, 300)
            .Select(number => Abandon(provider, number % 3 == 0, TimeSpan.FromMilliseconds(random.Next(1, 60)))).ToList();
        var patient = Enumerable.Range(0, 100).Select(_ => provider.Create(Sample.Appointment("Patient/1"))).ToList();

        await Task.WhenAll(impatient);
        var answers = await Task.WhenAll(patient);

        Assert.All(answers, answer => answer.Is(201));
        var last = (await provider.Create(Sample.Appointment("Patient/1"))).Is(201);
        var log = await clinic.Log();
        Assert.Equal(Enumerable.Range(1, log.Count).Select(position => (long)position), log.Select(logged => logged.Position));
        var created = log.Count(logged => logged.Type == "resource.created");
        Assert.Equal(created, log.Count(logged => logged.Type == "appointment.created"));
        Assert.Equal(created, (await provider.Get("Appointment?_summary=count")).Is(200).Total);
        Assert.Equal($"Appointment/{last.Id}/_history/1", log[^1].Resource);
    }

    private async Task Abandon(Person person, bool bundle, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        var entries = string.Join(',', Enumerable.Range(0, 20).Select(_ => Sample.Post(Sample.Appointment("Patient/1"))));
        var body = bundle
            ? $$$$"""{"resourceType":"Bundle","type":"transaction","entry":[{{{{entries}}}}]}""" : Sample.Appointment("Patient/1");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, bundle ? "/fhir" : "/fhir/Appointment"));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        try
        {
            using var response = await server.Http.SendAsync(request, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // It hung up, as it should.
        }
    }
}

public sealed class AbandonedRequestsOnSqlite(SqliteFhirServer server) : AbandonedRequestTests(server);

public sealed class AbandonedRequestsOnPostgres(PostgresFhirServer server) : AbandonedRequestTests(server);
