using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;

namespace Vagus.Demo.Importing;

/// <summary>
/// Loads a folder of transaction bundles, one request per file. Synthea writes hospitals and practitioners apart and its
/// patients refer to them, so these files go first, one by one; the patients' follow, several at a time.
/// </summary>
internal sealed class ImportBundles(Crew crew, Progress progress)
{
    private static readonly string[] First = ["hospitalInformation", "practitionerInformation"];

    public async Task Run(string folder, int workers, CancellationToken cancel)
    {
        var files = InOrder(Directory.EnumerateFiles(folder, "*.json"));
        progress.Say($"{files.Count} files in the folder");
        foreach (var file in files.Where(file => Rank(file) < First.Length)) await Load(file, cancel);

        var rest = files.Where(file => Rank(file) == First.Length);
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancel };
        await Parallel.ForEachAsync(rest, options, async (file, token) => await Load(file, token));
    }

    /// <summary>Hospitals, then practitioners, then patients; by name within each.</summary>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> files) =>
        [.. files.OrderBy(Rank).ThenBy(Path.GetFileName, StringComparer.Ordinal)];

    private static int Rank(string file)
    {
        var rank = Array.FindIndex(First, start => Path.GetFileName(file).StartsWith(start, StringComparison.OrdinalIgnoreCase));
        return rank < 0 ? First.Length : rank;
    }

    private async Task Load(string file, CancellationToken cancel)
    {
        // A synthetic patient's name is part of the file's name, but real exports are named likewise: say the id only.
        var name = NameOf(file);
        var json = await File.ReadAllTextAsync(file, cancel);
        if (CountEntries(json) is not { } count)
        {
            progress.Refusal(name, "not a Bundle with entries");
            return;
        }

        var answer = await crew.Loader.Send(new Ask(HttpMethod.Post, "fhir", json) { Repeatable = false }, cancel);
        Report(name, count, answer);
        progress.Status("import");
    }

    /// <summary>The last part of the file's name, which is the patient's id in Synthea's exports.</summary>
    public static string NameOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name[(name.LastIndexOf('_') + 1)..];
    }

    private void Report(string name, int count, Answer answer)
    {
        if (!answer.Succeeded)
        {
            progress.Refusal(name, answer.Reason);
            return;
        }

        var refused = RefusedEntries(answer.Body).ToList();
        progress.Written(count - refused.Count);
        foreach (var (index, reason) in refused) progress.Refusal($"{name} entry {index}", reason);
    }

    /// <summary>A batch is answered 200 even where some of its entries were refused.</summary>
    private static IEnumerable<(int Index, string Reason)> RefusedEntries(JsonObject? bundle)
    {
        if (bundle?["entry"] is not JsonArray entries) yield break;
        for (var index = 0; index < entries.Count; index++)
        {
            var status = (string?)entries[index]?["response"]?["status"] ?? "200";
            if (status.StartsWith('2') || status.StartsWith("304", StringComparison.Ordinal)) continue;
            var diagnostics = (string?)entries[index]?["response"]?["outcome"]?["issue"]?[0]?["diagnostics"];
            yield return (index, $"{status} {diagnostics}");
        }
    }

    private static int? CountEntries(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var isObject = document.RootElement.ValueKind == JsonValueKind.Object;
            var found = isObject && document.RootElement.TryGetProperty("entry", out var entries)
                && entries.ValueKind == JsonValueKind.Array;
            return found ? document.RootElement.GetProperty("entry").GetArrayLength() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
