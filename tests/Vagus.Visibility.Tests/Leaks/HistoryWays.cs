using System.Text.Json;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>Histories of each type and of the system, and operations over a record: what the asker sees, and nothing else.</summary>
internal sealed class HistoryWays(Asker asker, Pairs pairs, Tally tally)
{
    public async Task Ask()
    {
        foreach (var type in pairs.Records.GroupBy(made => made.Type).Where(type => asker.MayRead(type.Key)))
            Check(Way.HistoryOfType, type, await Walk($"/fhir/{type.Key}/_history?_count=1000"));
        Check(Way.HistoryOfSystem, pairs.Records, await Walk("/fhir/_history?_count=200"));
        await Operations();
    }

    private async Task Operations()
    {
        var path = $"/fhir/Patient/{LeakScene.Patient}/$everything?_count=200";
        var seen = pairs.Records.Exists(made => made.Type == "Patient" && made.Id == LeakScene.Patient && asker.Sees(made));
        Check(
            Way.Everything, pairs.Records.Where(made => made.Patients.Contains(LeakScene.Patient)),
            seen ? await Walk(path) : ([], await Refused(path)));
        // Of the records that are found the last of each code.
        var last = await Walk($"/fhir/Observation/$lastn?patient={LeakScene.Patient}&max=100");
        Check(
            Way.LastOfEachCode,
            pairs.Records.Where(made => made.Type == "Observation" && made.Patients.Contains(LeakScene.Patient)), last);
    }

    private async Task<string> Refused(string path)
    {
        var reply = await asker.Send(HttpMethod.Get, path);
        Assert.True(reply.Status == 404, $"{asker}, {path}: {reply.Text}");
        return reply.Text;
    }

    private void Check(Way way, IEnumerable<Made> records, (HashSet<string> References, string Text) shown)
    {
        var all = records.ToList();
        foreach (var made in all)
        {
            Assert.True(asker.Sees(made) == shown.References.Contains(made.Reference), $"{asker}, {way}: {made.Reference}");
            tally.Count(way, found: asker.Sees(made));
        }

        if (!all.Exists(made => made.Id != LeakScene.Other && asker.Sees(made)))
            Assert.DoesNotContain(RecordMaker.Secret, shown.Text, StringComparison.Ordinal);
    }

    private async Task<(HashSet<string> References, string Text)> Walk(string path)
    {
        var (references, texts) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        for (var next = path; next is not null;)
        {
            var reply = await asker.Send(HttpMethod.Get, next);
            Assert.True(reply.Status == 200, $"{asker}, {path}: {reply.Text}");
            texts.Add(reply.Text);
            var page = JsonElement.Parse(reply.Text);
            if (page.TryGetProperty("entry", out var entries))
            {
                references.UnionWith(entries.EnumerateArray().Select(entry =>
                    new Uri(entry.GetProperty("fullUrl").GetString()!).AbsolutePath["/fhir/".Length..]));
            }

            next = page.GetProperty("link").EnumerateArray()
                .FirstOrDefault(link => link.GetProperty("relation").GetString() == "next") is { ValueKind: JsonValueKind.Object } link
                ? new Uri(link.GetProperty("url").GetString()!).PathAndQuery : null;
        }

        return (references, string.Concat(texts));
    }
}
