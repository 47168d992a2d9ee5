using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// Sends one bundle after the other. When an answer was lost with the server, it looks after the restart whether the whole transaction is
/// there or nothing of it, and sends it again if it is not.
/// </summary>
internal sealed class Writer(RunningServer server, SignedIn author, Acknowledged acknowledged, string name, int seed)
{
    private readonly Random random = new(seed);

    /// <summary>Transactions of which a part was found.</summary>
    public List<string> Halves { get; } = [];

    public List<string> Refused { get; } = [];

    /// <summary>Answers that were lost, and how many of those writes had happened all the same.</summary>
    public int Lost { get; private set; }

    public int LostButKept { get; private set; }

    /// <summary>Generated bundles until told to stop.</summary>
    public async Task WriteUntil(CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            await acknowledged.Room(stop);
            var isDone = false;
            var shape = random.Next();
            for (var attempt = 0; !isDone && !stop.IsCancellationRequested; attempt++)
                isDone = await Write(GeneratedBundle.Of(name, number, attempt, new Random(shape)));
        }
    }

    /// <summary>
    /// Bundles from files, each until it was acknowledged. They create, so a retry after a lost answer creates twice: that is the
    /// format's.
    /// </summary>
    public async Task WriteFiles(IEnumerable<string> files, CancellationToken stop)
    {
        foreach (var file in files)
        {
            var text = await File.ReadAllTextAsync(file, CancellationToken.None);
            await acknowledged.Room(stop);
            while (!stop.IsCancellationRequested && !await Post(text, marker: null)) Lost++;
        }
    }

    private async Task<bool> Write(GeneratedBundle bundle)
    {
        if (await Post(bundle.Json, bundle.Marker)) return true;

        Lost++;
        var kept = await KeptOf(bundle);
        if (kept > 0 && kept < bundle.References.Count) Halves.Add($"{bundle.Marker}: {kept} of {bundle.References.Count}");
        if (kept > 0) LostButKept++;
        return kept > 0;
    }

    /// <summary>False when nobody knows what became of it.</summary>
    private async Task<bool> Post(string json, string? marker)
    {
        await server.Up;
        try
        {
            var answer = await author.Post("/fhir", json);
            if (answer.Succeeded) acknowledged.Add(answer.Json, marker);
            else Refused.Add($"{marker}: {(int)answer.Status} {answer.Text[..Math.Min(answer.Text.Length, 400)]}");
            return true;
        }
        catch (Exception lost) when (IsLost(lost))
        {
            return false;
        }
    }

    private async Task<int> KeptOf(GeneratedBundle bundle)
    {
        while (true)
        {
            await server.Up;
            try
            {
                var found = await Acknowledged.Read(author, bundle.References);
                return found.Count(resource => Acknowledged.MarkerOf(resource) == bundle.Marker);
            }
            catch (Exception lost) when (IsLost(lost))
            {
                // Killed again: ask the next one. A connection may be refused for a moment before the kill is known here.
                await Task.Delay(20);
            }
        }
    }

    private static bool IsLost(Exception cause) => cause is HttpRequestException or IOException or TaskCanceledException;
}
