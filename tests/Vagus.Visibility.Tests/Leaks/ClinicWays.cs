using System.Text.Json.Nodes;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// The clinic's doors as plain JSON: each record by its id, answered as an id that was never there where the asker does not see it, and the
/// lists, which name nothing else.
/// </summary>
internal sealed class ClinicWays(Asker asker, Pairs pairs, Tally tally)
{
    private static readonly (string Type, string Path)[] Doors =
    [
        ("Patient", "/api/patients"), ("Appointment", "/api/appointments"), ("Encounter", "/api/encounters"), ("Specimen", "/api/biopsies"),
        ("Claim", "/api/claims"),
    ];

    public async Task Ask()
    {
        foreach (var (type, path) in Doors)
        {
            var records = pairs.Records.Where(made => made.Type == type && made.Id != LeakScene.Other).ToList();
            Assert.NotEmpty(records);
            await One(path, records[0]);
            await List(path, records);
        }
    }

    private async Task One(string path, Made made)
    {
        var none = new string('x', made.Id.Length);
        var reply = await asker.Send(HttpMethod.Get, $"{path}/{made.Id}");
        var absent = await asker.Send(HttpMethod.Get, $"{path}/{none}");
        if (reply.Status == 403) tally.CountClosed();
        else tally.Count(Way.Clinic, found: reply.Status == 200);
        var asked = $"{asker}, {path}/{made.Id}: {reply.Status} {reply.Text}";
        Assert.True(asker.Sees(made) || reply.Status != 200, asked);
        if (asker.Sees(made)) return;
        Assert.True((absent.Status, absent.Headers) == (reply.Status, reply.Headers), $"{asked} and not {absent}");
        Assert.Equal(Neutral(absent.Text, none), Neutral(reply.Text, made.Id));
    }

    private static string Neutral(string text, string id)
    {
        var problem = JsonNode.Parse(text)!.AsObject();
        problem.Remove("traceId");
        return problem.ToJsonString().Replace(id, "ID", StringComparison.Ordinal);
    }

    private async Task List(string path, List<Made> records)
    {
        var reply = await asker.Send(HttpMethod.Get, path);
        var asked = $"{asker}, {path}: {reply.Status} {reply.Text}";
        Assert.True(reply.Status is 200 or 403, asked);
        if (reply.Status == 403)
        {
            tally.CountClosed();
            return;
        }

        foreach (var made in records)
        {
            var named = reply.Text.Contains($"\"{made.Id}\"", StringComparison.Ordinal);
            Assert.True(asker.Sees(made) || !named, asked);
            tally.Count(Way.ClinicList, found: named);
        }

        if (records.Exists(asker.Sees)) return;
        Assert.DoesNotContain(LeakScene.Canary, reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(RecordMaker.Secret, reply.Text, StringComparison.Ordinal);
    }
}
