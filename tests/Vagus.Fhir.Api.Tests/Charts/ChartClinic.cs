using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>A clinic whose charts are read once they have come to the end of its log.</summary>
internal sealed class ChartClinic(Clinic clinic, Person writer)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public Clinic Clinic => clinic;

    /// <summary>Writes and sees everything.</summary>
    public Person Writer => writer;

    public static async Task<ChartClinic> Open(FhirServer server)
    {
        var clinic = await Clinic.Open(server);
        return new ChartClinic(clinic, await clinic.Admin());
    }

    /// <summary>Writes records under their ids, each by itself.</summary>
    public async Task Write(params string[] records)
    {
        foreach (var record in records)
        {
            var json = JsonElement.Parse(record);
            var path = $"{json.GetProperty("resourceType").GetString()}/{json.GetProperty("id").GetString()}";
            var answer = await writer.Put(path, record);
            Assert.True(answer.Status is 200 or 201, answer.Text);
        }
    }

    public async Task<JsonElement> Chart(string patient, Person? by = null, string query = "") =>
        (await Get(patient, "", by, query)).Is(200).Json;

    public async Task<IReadOnlyList<JsonElement>> List(string patient, string list, Person? by = null, string query = "") =>
        [.. (await Get(patient, $"/{list}", by, query)).Is(200).Json.GetProperty("items").EnumerateArray()];

    public async Task<Answer> Get(string patient, string path = "", Person? by = null, string query = "", string? tag = null)
    {
        await CatchUp();
        return await GetNow(patient, by ?? writer, path, query, tag);
    }

    /// <summary>The same, wherever the charts stand.</summary>
    public static Task<Answer> GetNow(string patient, Person by, string path = "", string query = "", string? tag = null) => by.Send(
        HttpMethod.Get, $"/api/aggregate/patients/{patient}{path}{query}", body: (string?)null,
        request =>
        {
            if (tag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        });

    public async Task<Answer> View(string patient, string report, Person by)
    {
        await CatchUp();
        return await by.Send(HttpMethod.Post, $"/api/aggregate/patients/{patient}/labs/{report}/viewed", body: (string?)null);
    }

    /// <summary>Where the log and the charts stand: while neither has moved, what is read is of one moment.</summary>
    public async Task<(long Log, long Charts)> Stand() => (await Head(), await Position());

    public async Task<long> Head() => (await clinic.Server.Get<EventLog>().Extent(clinic.Tenant, CancellationToken.None)).Last;

    /// <summary>Until the charts stand behind the last event that they are made of.</summary>
    public async Task CatchUp()
    {
        var last = (await clinic.Log()).LastOrDefault(logged => !IsOfOthers(logged.Type))?.Position ?? 0;
        var until = DateTime.UtcNow + Patience;
        while (await Position() < last)
        {
            Assert.True(DateTime.UtcNow < until, $"The charts did not come to position {last}.");
            await Task.Delay(10);
        }
    }

    // What the charts pass over, without writing their cursor each time.
    private static bool IsOfOthers(string type) => type is "biopsy.created" or "biopsy.updated" or "appointment.created";

    private async Task<long> Position() =>
        await clinic.Server.Get<Cursors>().Read(clinic.Tenant, "charts", CancellationToken.None);
}
