using System.Globalization;
using System.Net.Http.Headers;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bench.Abuse;

/// <summary>The server with one tenant: patients with ten Observations each, somebody who works and somebody who abuses.</summary>
internal sealed class AbusedClinic : IAsyncDisposable
{
    private const int PatientsOfBundle = 50;
    private const int ObservationsOfPatient = 10;
    private readonly House house;
    private string works = "";
    private string abuses = "";

    private AbusedClinic(House house) => this.house = house;

    public static async Task<AbusedClinic> Start(Engine engine, int patients)
    {
        var house = new House(engine);
        await house.InitializeAsync();
        var tenant = await house.AddTenant();
        var clinic = new AbusedClinic(house) { works = await SignIn(house, tenant, "works"), abuses = await SignIn(house, tenant, "abuses") };
        for (var first = 0; first < patients; first += PatientsOfBundle)
        {
            var bundle = Bundle("transaction", Enumerable.Range(first, Math.Min(PatientsOfBundle, patients - first)).SelectMany(Record));
            var answer = await house.Send("POST", "/fhir", clinic.works, bundle);
            if (answer.Status != 200) throw new InvalidOperationException($"The records were not taken: {answer.Text}");
        }

        return clinic;
    }

    /// <summary>A read and a search, as a screen does.</summary>
    public async Task Work(int number)
    {
        foreach (var path in new[] { $"/fhir/Patient/p{number}", $"/fhir/Observation?subject=Patient/p{number}&_count=10" })
        {
            using var answer = await Send(new HttpRequestMessage(HttpMethod.Get, path), works, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>The status; 0 where the server cut the connection, null where the abuse is over before the answer.</summary>
    public async Task<int?> Abuse(HttpRequestMessage request, CancellationToken over)
    {
        try
        {
            using var answer = await Send(request, abuses, over);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public static string Bundle(string type, IEnumerable<string> entries) =>
        $$$"""{"resourceType":"Bundle","type":"{{{type}}}","entry":[{{{string.Join(',', entries)}}}]}""";

    public ValueTask DisposeAsync() => house.DisposeAsync();

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, string token, CancellationToken over)
    {
        using (request)
        {
            request.RequestUri = new Uri(house.Address, request.RequestUri!);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return await house.Http.SendAsync(request, over);
        }
    }

    private static async Task<string> SignIn(House house, TenantId tenant, string name)
    {
        await house.Add(new NewUser(tenant, $"{name}@example.org", "Somebody", Role.Provider));
        return (await house.SignIn($"{name}@example.org", Role.Provider, tenant)).Token;
    }

    private static IEnumerable<string> Record(int number)
    {
        yield return Put($"Patient/p{number}", $$$"""{"resourceType":"Patient","id":"p{{{number}}}","name":[{"family":"Family{{{number % 100}}}"}]}""");
        for (var each = 0; each < ObservationsOfPatient; each++)
        {
            var (id, value) = ($"o{number}-{each}", (number + each).ToString(CultureInfo.InvariantCulture));
            yield return Put($"Observation/{id}", $$$"""
                {"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"c{{{each}}}"}]},
                 "subject":{"reference":"Patient/p{{{number}}}"},"effectiveDateTime":"2026-01-{{{each + 1:D2}}}",
                 "valueQuantity":{"value":{{{value}}},"system":"http://unitsofmeasure.org","code":"mg"}}
                """);
        }
    }

    private static string Put(string url, string resource) =>
        $$$"""{"resource":{{{resource}}},"request":{"method":"PUT","url":"{{{url}}}"}}""";
}
