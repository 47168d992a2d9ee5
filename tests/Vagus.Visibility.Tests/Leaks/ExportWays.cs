using System.Text.Json;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>A bulk export of all types, and of the patients' records: what the asker sees, and nothing else.</summary>
internal sealed class ExportWays(Asker asker, Pairs pairs, Tally tally)
{
    private const int MostTurns = 200;

    public async Task Ask()
    {
        await asker.ProveAgain();
        Check(Way.Export, pairs.Records, await Export("/fhir/$export"));
        Check(Way.ExportOfPatients, pairs.Records.Where(made => made.Patients.Count > 0), await Export("/fhir/Patient/$export"));
    }

    private void Check(Way way, IEnumerable<Made> records, (HashSet<string> References, string Text) exported)
    {
        var all = records.ToList();
        foreach (var made in all)
        {
            Assert.True(asker.Sees(made) == exported.References.Contains(made.Reference), $"{asker}, {way}: {made.Reference}");
            tally.Count(way, found: asker.Sees(made));
        }

        if (!all.Exists(made => made.Id != LeakScene.Other && asker.Sees(made)))
            Assert.DoesNotContain(RecordMaker.Secret, exported.Text, StringComparison.Ordinal);
    }

    private async Task<(HashSet<string> References, string Text)> Export(string path)
    {
        var begun = await asker.Send(HttpMethod.Get, path, prefer: "respond-async");
        Assert.True(begun.Status == 202, $"{asker}, {path}: {begun.Text}");
        var status = new Uri(begun.ContentLocation!).AbsolutePath;
        var manifest = await Finish(status);
        var (references, texts) = (new HashSet<string>(StringComparer.Ordinal), new List<string> { manifest });
        foreach (var output in JsonElement.Parse(manifest).GetProperty("output").EnumerateArray())
        {
            var file = await asker.Send(HttpMethod.Get, new Uri(output.GetProperty("url").GetString()!).AbsolutePath);
            Assert.True(file.Status == 200, $"{asker}, {path}: {file.Text}");
            texts.Add(file.Text);
            foreach (var line in file.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)))
                references.Add($"{line.GetProperty("resourceType").GetString()}/{line.GetProperty("id").GetString()}");
        }

        Assert.Equal(202, (await asker.Send(HttpMethod.Delete, status)).Status);
        return (references, string.Concat(texts));
    }

    private async Task<string> Finish(string status)
    {
        for (var turn = 0; turn < MostTurns; turn++)
        {
            var reply = await asker.Send(HttpMethod.Get, status);
            if (reply.Status == 202) continue;
            Assert.True(reply.Status == 200, $"{asker}, {status}: {reply.Status} {reply.Text}");
            return reply.Text;
        }

        throw new TimeoutException("The export does not end.");
    }
}
