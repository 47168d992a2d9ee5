using System.Collections.Concurrent;
using System.Text;

namespace Vagus.Bench;

/// <summary>
/// Ten healthy subscribers through an import at full speed, alone and then together with one that reads slowly and one that reads nothing.
/// Probes are written at a pace meanwhile; each is timed from before its request until its frame is at each healthy subscriber.
/// </summary>
internal sealed class SlowReaders(Target target, Amount amount, long bytesPerSecond, string? folder)
{
    private const int Healthy = 10;
    private const int ProbesPerSecond = 50;
    private const int MaxProbes = 100_000;
    private const int EntriesOfBundle = 20;
    private const int TimesOfFolder = 5;

    /// <summary>Longer than the server waits for a client that takes nothing.</summary>
    private static readonly TimeSpan UntilCut = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);
    private readonly List<string> report = [];
    private string patient = "";
    private int rounds;

    public async Task<string> Run(CancellationToken cancel)
    {
        patient = await target.Create("Patient", """{"resourceType":"Patient","active":true}"""u8.ToArray(), cancel);
        await Phase("warm-up, not counted", withSlow: false, cancel);
        for (var round = 1; round <= 2; round++)
        {
            await Phase(FormattableString.Invariant($"round {round}, healthy subscribers alone"), withSlow: false, cancel);
            await Phase(FormattableString.Invariant($"round {round}, with the slow and the stuck reader"), withSlow: true, cancel);
        }

        return string.Join(Environment.NewLine, report);
    }

    private async Task Phase(string what, bool withSlow, CancellationToken cancel)
    {
        var latencies = new Latencies(MaxProbes * Healthy);
        var sent = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var heard = 0;
        var healthy = Enumerable.Range(0, Healthy).Select(_ => new Subscriber { Changed = Probe }).ToArray();
        var slow = new Subscriber { BytesPerSecond = bytesPerSecond };
        var stuck = new Subscriber();
        foreach (var each in healthy) await each.Open(target, cancel);
        foreach (var each in healthy) each.Read();
        if (withSlow)
        {
            await slow.Open(target, cancel);
            slow.Read();
            await stuck.Open(target, cancel);
        }

        var began = TimeProvider.System.GetTimestamp();
        using var importing = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var probing = Write(sent, latencies, importing.Token);
        var imported = await Import(cancel);
        await importing.CancelAsync();
        await probing;
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        var ended = TimeProvider.System.GetTimestamp();
        await Settle(healthy);
        report.Add($"{what}: {imported}; {healthy[0].Sequences.Count} frames, {healthy[0].Bytes / 1_000_000} MB each");
        report.Add("  " + latencies.Report("probe to frame", elapsed));
        if (withSlow) await Judge(slow, stuck, healthy[0], (began, ended));
        foreach (var each in healthy.Append(slow).Append(stuck)) await each.DisposeAsync();

        void Probe(string id)
        {
            if (!sent.TryGetValue(id, out var from)) return;

            latencies.Record(Interlocked.Increment(ref heard), TimeProvider.System.GetElapsedTime(from));
        }
    }

    /// <summary>All have what the first has, when nothing has come for a while.</summary>
    private static async Task Settle(Subscriber[] healthy)
    {
        long last;
        do
        {
            last = healthy.Max(each => each.Last);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        while (healthy.Max(each => each.Last) != last);

        foreach (var each in healthy) await each.Until(last, Settling);
        if (healthy.All(each => each.Last == last && !each.IsOver)) return;

        throw new InvalidDataException("a healthy subscriber was cut or is behind");
    }

    private async Task Judge(Subscriber slow, Subscriber stuck, Subscriber healthy, (long Began, long Ended) import)
    {
        await slow.Until(healthy.Last, Longest);
        var came = slow.Sequences.SequenceEqual(healthy.Sequences) ? "each once and in order" : "NOT what the others got";
        var state = slow.IsOver ? "CUT" : "connected";
        var took = TimeProvider.System.GetElapsedTime(import.Began).TotalSeconds;
        report.Add(
            FormattableString.Invariant($"  slow reader: {slow.Sequences.Count} frames, {came}, {state}, at the end after {took:0} s"));
        var left = UntilCut - TimeProvider.System.GetElapsedTime(import.Ended);
        if (left > TimeSpan.Zero) await Task.Delay(left);
        stuck.Read();
        await stuck.Until(healthy.Last, Settling);
        var end = stuck.IsOver ? "cut" : "STILL CONNECTED";
        report.Add(FormattableString.Invariant($"  stuck reader: {end} after {stuck.Sequences.Count} frames in its buffers"));
    }

    private async Task Write(ConcurrentDictionary<string, long> sent, Latencies latencies, CancellationToken cancel)
    {
        var run = ++rounds;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / ProbesPerSecond));
        var writes = new List<Task>();
        try
        {
            for (var number = 0; number < MaxProbes && await timer.WaitForNextTickAsync(cancel); number++)
            {
                writes.Add(One($"probe-{patient}-{run}-{number}", number));
            }
        }
        catch (OperationCanceledException)
        {
            // The import is done.
        }

        await Task.WhenAll(writes);

        async Task One(string id, int number)
        {
            id = id[Math.Max(id.Length - 64, 0)..];
            var text = Encoding.UTF8.GetString(Samples.HeartRate(patient, number));
            var body = Encoding.UTF8.GetBytes(text.Replace("\"status\"", $"\"id\":\"{id}\",\"status\"", StringComparison.Ordinal));
            sent[id] = TimeProvider.System.GetTimestamp();
            if (!await target.Ask(HttpMethod.Put, $"fhir/Observation/{id}", body, CancellationToken.None)) latencies.Fail();
        }
    }

    private async Task<string> Import(CancellationToken cancel)
    {
        if (folder is null)
        {
            return await Load.Run("import of made bundles", amount, (number, token) =>
                target.Ask(HttpMethod.Post, "fhir", Encoding.UTF8.GetBytes(Bundle(number)), token), cancel);
        }

        var files = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).ToArray();
        return await Load.Run("import of bundles", amount with { Requests = files.Length * TimesOfFolder }, async (number, token) =>
            await target.Ask(HttpMethod.Post, "fhir", await File.ReadAllBytesAsync(files[number % files.Length], token), token), cancel);
    }

    /// <summary>A transaction of observations of about 10 KB each.</summary>
    private string Bundle(int number)
    {
        var note = new string('x', 9_000);
        var entries = Enumerable.Range(0, EntriesOfBundle).Select(entry =>
        {
            var observation = Encoding.UTF8.GetString(Samples.HeartRate(patient, (number * EntriesOfBundle) + entry)).TrimEnd()[..^1];
            return $$$"""{"resource":{{{observation}}},"note":[{"text":"{{{note}}}"}]},"request":{"method":"POST","url":"Observation"}}""";
        });
        return $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""";
    }
}
