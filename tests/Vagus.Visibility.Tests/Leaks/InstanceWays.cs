namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// Each record by its id: read, version, history, search, change. One that the asker does not see is answered as an id that was never
/// there: status, text and names of headers.
/// </summary>
internal sealed class InstanceWays(Asker asker, Pairs pairs, Tally tally)
{
    private const int EntriesOfBatch = 200;
    private static readonly (Way Way, Func<Made, string> Url)[] InBatch =
    [
        (Way.Read, made => made.Reference),
        (Way.Version, made => $"{made.Reference}/_history/1"),
        (Way.ById, made => $"{made.Type}?_id={made.Id}"),
        (Way.ById, made => $"{made.Type}?_id={made.Id}&_lastUpdated=ge2000&_sort=_lastUpdated&_total=accurate"),
        (Way.ById, made => $"{made.Type}?_id={made.Id}&_summary=count"),
    ];

    private IEnumerable<Made> Records => pairs.Records.Where(made => made.Id != LeakScene.Other);

    /// <summary>In batches, every record.</summary>
    public async Task Batches()
    {
        var asked = Records.SelectMany(_ => InBatch, (made, way) => (Made: made, way.Way, way.Url)).ToList();
        foreach (var chunk in asked.Chunk(EntriesOfBatch))
        {
            var found = await asker.Batch([.. chunk.Select(each => each.Url(each.Made))]);
            var absent = await asker.Batch([.. chunk.Select(each => each.Url(Absent(each.Made)))]);
            foreach (var (each, part, none) in chunk.Zip(found, absent)) Check(each.Made, each.Way, part, none);
        }
    }

    /// <summary>By requests of their own, one record of each type.</summary>
    public async Task Requests()
    {
        foreach (var made in Records.DistinctBy(made => made.Type).Where(made => asker.MayRead(made.Type)))
        {
            var path = $"/fhir/{made.Reference}";
            await Compare(made, Way.Read, HttpMethod.Get, path);
            await Compare(made, Way.Head, HttpMethod.Head, path);
            await Compare(made, Way.Version, HttpMethod.Get, $"{path}/_history/1");
            await Compare(made, Way.History, HttpMethod.Get, $"{path}/_history");
            if (asker.MayWrite(made.Type) && !asker.Sees(made)) await Change(made, path);
        }
    }

    /// <summary>A change or deletion of what is hidden is one of what is not there, and leaves it as it is.</summary>
    private async Task Change(Made made, string path)
    {
        var body = made.Resource.ToJsonString();
        await Compare(made, Way.Change, HttpMethod.Put, path, body, ifMatch: "W/\"1\"");
        if (made.Type != "Provenance")
            await Compare(made, Way.Change, HttpMethod.Patch, path, """[{"op":"test","path":"/resourceType","value":"x"}]""");
        if (made.Type != "Provenance") await Compare(made, Way.Change, HttpMethod.Delete, path);
    }

    private async Task Compare(Made made, Way way, HttpMethod method, string path, string? body = null, string? ifMatch = null)
    {
        var none = Absent(made);
        var reply = await asker.Send(method, path, body, ifMatch: ifMatch);
        var absent = await asker.Send(
            method, path.Replace(made.Id, none.Id, StringComparison.Ordinal), body?.Replace(made.Id, none.Id, StringComparison.Ordinal),
            ifMatch: ifMatch);
        var asked = $"{asker}, {method} {path}";
        if (asker.Sees(made))
        {
            Assert.True(reply.Status == 200, $"{asked}: {reply.Text}");
            Assert.True(way == Way.Head || reply.Text.Contains(RecordMaker.Secret, StringComparison.Ordinal), asked);
        }
        else
        {
            Assert.True((absent.Status, absent.Headers) == (reply.Status, reply.Headers), $"{asked}: {reply} and not {absent}");
            Assert.Equal(Neutral(absent.Text, none.Id), Neutral(reply.Text, made.Id));
        }

        tally.Count(way, found: asker.Sees(made));
    }

    private void Check(Made made, Way way, Part part, Part none)
    {
        var asked = $"{asker}, {way} of {made.Reference}";
        if (!asker.MayRead(made.Type))
        {
            Assert.True(part.Status == 403, asked);
            tally.CountClosed();
            return;
        }

        if (asker.Sees(made))
        {
            Assert.True(part.Status == 200 && (way != Way.ById || part.Total == 1), $"{asked}: {part.Text}");
        }
        else
        {
            Assert.True(Neutral(none.Text, Absent(made).Id) == Neutral(part.Text, made.Id), $"{asked}: {part.Text} and not {none.Text}");
            Assert.DoesNotContain(RecordMaker.Secret, part.Text, StringComparison.Ordinal);
        }

        tally.Count(way, found: asker.Sees(made));
    }

    private static Made Absent(Made made) => made with { Id = new string('x', made.Id.Length) };

    private static string Neutral(string text, string id) => text.Replace(id, "ID", StringComparison.Ordinal);
}
