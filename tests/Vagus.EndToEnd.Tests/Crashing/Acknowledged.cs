using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>One version of a resource that the server said it had kept; the marker is in its body, where we wrote one.</summary>
internal sealed record KeptVersion(string Reference, string? Marker);

/// <summary>Everything that the server acknowledged, in the order in which we heard of it.</summary>
internal sealed partial class Acknowledged
{
    /// <summary>Enough that writers are at work when <see cref="More"/> answers, and little to read back on a slow machine.</summary>
    private const int Ahead = 200;
    private const int PerRequest = 200;
    private readonly ConcurrentQueue<KeptVersion> versions = new();
    private int requests;
    private int limit = int.MaxValue;

    /// <summary>How many transactions were acknowledged.</summary>
    public int Requests => Volatile.Read(ref requests);

    public IReadOnlyList<KeptVersion> Versions => [.. versions];

    /// <summary>For writers: once <see cref="More"/> was asked for, they wait where they are too far ahead of it.</summary>
    public async Task Room(CancellationToken stop)
    {
        while (Requests >= Volatile.Read(ref limit) && !stop.IsCancellationRequested) await Task.Delay(10, CancellationToken.None);
    }

    /// <summary>Waits until so many more transactions were acknowledged.</summary>
    public async Task More(int transactions, Func<string> said)
    {
        var moment = Requests + transactions;
        Volatile.Write(ref limit, moment + Ahead);
        await Condition.Becomes(() => Requests >= moment, "writers got answers", said);
    }

    public void Add(JsonNode response, string? marker)
    {
        foreach (var entry in response["entry"]!.AsArray())
        {
            var location = (string?)entry!["response"]!["location"] ?? "";
            var reference = VersionedReference().Match(location);
            Assert.True(reference.Success, $"An acknowledged entry names no version: {entry["response"]!.ToJsonString()}");
            versions.Enqueue(new KeptVersion(reference.Value, marker));
        }

        Interlocked.Increment(ref requests);
    }

    /// <summary>Reads them back from the server and answers those that are missing or hold something else.</summary>
    public static async Task<List<string>> Missing(SignedIn reader, IEnumerable<KeptVersion> kept)
    {
        var missing = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        await Parallel.ForEachAsync(kept.Chunk(PerRequest), options, async (chunk, _) =>
        {
            var found = await Read(reader, chunk.Select(version => version.Reference));
            foreach (var (version, resource) in chunk.Zip(found))
            {
                if (resource is null || (version.Marker is { } marker && MarkerOf(resource) != marker))
                    missing.Add($"{version.Reference} by {version.Marker}: {MarkerOf(resource) ?? "nothing"}");
            }
        });
        return [.. missing];
    }

    /// <summary>
    /// Many resources or versions by one batch; null where there is none. Where the processors are too busy for a connection to the
    /// database in time, the answer is 503 and the same is asked again; any other failure is a fault.
    /// </summary>
    public static async Task<IReadOnlyList<JsonNode?>> Read(SignedIn reader, IEnumerable<string> references)
    {
        var entries = references.Select(
            reference => (JsonNode)new JsonObject { ["request"] = new JsonObject { ["method"] = "GET", ["url"] = reference } });
        var batch = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "batch", ["entry"] = new JsonArray([.. entries]) }.ToJsonString();
        var answer = await reader.Post("/fhir", batch);
        await Condition.Becomes(
            async () => answer.Status != HttpStatusCode.ServiceUnavailable
                || (answer = await reader.Post("/fhir", batch)).Status != HttpStatusCode.ServiceUnavailable,
            "the database can be reached");
        Assert.True(answer.Succeeded, $"Reading back was answered {(int)answer.Status}: {answer.Text}");
        return [.. answer.Json["entry"]!.AsArray().Select(entry => entry!["resource"])];
    }

    public static string? MarkerOf(JsonNode? resource) =>
        (string?)resource?["identifier"]?.AsArray()
            .FirstOrDefault(each => (string?)each!["system"] == GeneratedBundle.MarkerSystem)?["value"];

    [GeneratedRegex("[A-Za-z]+/[A-Za-z0-9.-]+/_history/[0-9]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionedReference();
}
