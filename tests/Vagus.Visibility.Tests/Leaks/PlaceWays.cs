namespace Vagus.Visibility.Tests.Leaks;

/// <summary>All records of a type by a search of several types, and by one within the patient's compartment.</summary>
internal sealed class PlaceWays(Asker asker, Pairs pairs, Tally tally)
{
    private const string CareTag = $"{RecordMaker.System}|{LeakScene.Canary}-tag";

    public async Task Ask()
    {
        foreach (var type in pairs.All.Select(pair => pair.Type).Distinct())
        {
            var records = pairs.Records.Where(made => made.Type == type && made.Id != LeakScene.Other).ToList();
            await Check(type, Way.Types, $"/fhir?_type={type}&_tag={Uri.EscapeDataString(CareTag)}", records);
            var inside = records.Where(made => made.Patients.Contains(LeakScene.Patient)).ToList();
            if (inside.Count > 0) await Check(type, Way.Compartment, $"/fhir/Patient/{LeakScene.Patient}/{type}?_total=accurate", inside);
        }
    }

    private async Task Check(string type, Way way, string path, List<Made> records)
    {
        var part = Part.Of(await asker.Send(HttpMethod.Get, path));
        var asked = $"{asker}, {way}: {path}";
        if (!asker.MayRead(type))
        {
            Assert.True(part.Status == 403, $"{asked}: {part.Text}");
            tally.CountClosed();
            return;
        }

        Assert.True(part.Status == 200, $"{asked}: {part.Text}");
        var expected = records.Where(asker.Sees).Select(made => made.Id).Order(StringComparer.Ordinal).ToList();
        Assert.True(part.Ids.SequenceEqual(expected), $"{asked}: {string.Join(',', part.Ids)} and not {string.Join(',', expected)}");
        Assert.True(part.Total == expected.Count, asked);
        if (expected.Count == 0) Assert.DoesNotContain(RecordMaker.Secret, part.Text, StringComparison.Ordinal);
        foreach (var made in records) tally.Count(way, found: asker.Sees(made));
    }
}
