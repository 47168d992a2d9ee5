namespace Vagus.Bench;

/// <summary>The loads over HTTP. Each prepares what it needs, warms the server up, and then measures.</summary>
internal static class Modes
{
    private const int ReadFrom = 1_000;

    public static async Task<string> Create(Target target, Amount amount, CancellationToken cancel)
    {
        var patients = await Samples.CreatePatients(target, cancel);
        return await Measure("create", amount, (number, token) =>
            target.Ask(HttpMethod.Post, "fhir/Observation", Samples.HeartRate(patients[number % patients.Length], number), token), cancel);
    }

    public static async Task<string> Read(Target target, Amount amount, CancellationToken cancel)
    {
        var ids = await CreateObservations(target, await Samples.CreatePatients(target, cancel), cancel);
        return await Measure("read", amount, (number, token) =>
            target.Ask(HttpMethod.Get, $"fhir/Observation/{ids[Spread(number, ids.Length)]}", body: null, token), cancel);
    }

    public static async Task<string> Search(Target target, Amount amount, CancellationToken cancel)
    {
        var patients = await Samples.CreatePatients(target, cancel);
        await CreateObservations(target, patients, cancel);
        return await Measure("search", amount, (number, token) => target.Ask(
            HttpMethod.Get,
            $"fhir/Observation?subject=Patient/{patients[Spread(number, patients.Length)]}&code=http://loinc.org%7C8867-4&_sort=-_lastUpdated&_count=10",
            body: null,
            token), cancel);
    }

    /// <summary>Sends messages to pools, each of which has a thread with the sender.</summary>
    public static async Task<string> Send(Target target, Amount amount, CancellationToken cancel)
    {
        string[] pools = ["provider", "medical_assistant", "front_desk", "billing", "lab", "radiology", "pharmacy", "admin"];
        return await Measure("send", amount, (number, token) => target.Ask(
            HttpMethod.Post,
            "api/messages",
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new
            {
                recipientId = pools[number % pools.Length], content = $"Message {number}: the dressing was changed and the wound looks clean.",
            }),
            token), cancel);
    }

    /// <summary>Sends every bundle of a folder once; the rate of resources is printed beside that of requests.</summary>
    public static async Task<string> Import(Target target, Amount amount, string folder, CancellationToken cancel)
    {
        var files = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).Take(amount.Requests).ToArray();
        var resources = 0;
        var began = TimeProvider.System.GetTimestamp();
        var report = await Load.Run("import (one request per file)", amount with { Requests = files.Length }, async (number, token) =>
        {
            var body = await File.ReadAllBytesAsync(files[number], token);
            if (!await target.Ask(HttpMethod.Post, "fhir", body, token)) return false;
            using var document = System.Text.Json.JsonDocument.Parse(body);
            Interlocked.Add(ref resources, document.RootElement.GetProperty("entry").GetArrayLength());
            return true;
        }, cancel);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        return FormattableString.Invariant($"{report}{Environment.NewLine}import: {resources} resources, {resources / seconds:0} /s");
    }

    private static async Task<string> Measure(
        string what, Amount amount, Func<int, CancellationToken, Task<bool>> request, CancellationToken cancel)
    {
        // A tenth of the load, not counted: the server's code is compiled and its caches are filled as in a day's work.
        await Load.Run(what, amount with { Requests = Math.Max(amount.Requests / 10, 1) }, request, cancel);
        return await Load.Run(what, amount, request, cancel);
    }

    private static async Task<string[]> CreateObservations(Target target, string[] patients, CancellationToken cancel)
    {
        var ids = new string[ReadFrom];
        for (var number = 0; number < ids.Length; number++)
        {
            ids[number] = await target.Create("Observation", Samples.HeartRate(patients[number % patients.Length], number), cancel);
        }

        return ids;
    }

    // A fixed stride through the rows: no two runs differ, and neighbours are not asked for in a row.
    private static int Spread(int number, int count) => (int)((number * 7_919L) % count);
}
