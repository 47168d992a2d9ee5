using System.Text.Json.Nodes;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// Records without a label that stand beside the hidden ones: each of these is referred to by a Basic and by an entry of a List, and refers
/// to resources that others see.
/// </summary>
internal sealed record JoinedRecords(IReadOnlyDictionary<string, Made> Pointers, Made List, IReadOnlyList<Made> Targets)
{
    public const string Code = "wijzer";
    private const string ListId = "wijzer-list";
    private const int EntriesOfTransaction = 60;

    public static async Task<JoinedRecords> Write(LeakScene scene)
    {
        var records = scene.Pairs.Records.Where(made => made.Id != LeakScene.Other).ToList();
        var pointers = records.ToDictionary(made => made.Reference, made => scene.Pairs.Read(PointerTo(made).ToJsonString()));
        var list = scene.Pairs.Read(ListOf(records).ToJsonString());
        var targets = RecordMaker.Targets.Where(type => type != "Patient")
            .Select(type => scene.Pairs.Read(Target(type).ToJsonString())).ToList();
        foreach (var part in (IEnumerable<Made[]>)[[list, .. targets], .. pointers.Values.Chunk(EntriesOfTransaction)])
            await scene.Boss.Write(part.Select(made => made.Resource.ToJsonString()));
        return new JoinedRecords(pointers, list, targets);
    }

    /// <summary>Takes them away: later searches find the made records alone.</summary>
    public async Task Delete(Person boss)
    {
        foreach (var part in Pointers.Values.Append(List).Concat(Targets).Chunk(EntriesOfTransaction))
            await boss.Transaction(part.Select(made => $$$"""{"request":{"method":"DELETE","url":"{{{made.Reference}}}"}}"""));
    }

    private static JsonObject PointerTo(Made made) => Tagged(new JsonObject
    {
        ["resourceType"] = "Basic",
        ["id"] = $"wijzer-{made.Id}",
        ["code"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["code"] = Code }) },
        ["subject"] = new JsonObject { ["reference"] = made.Reference },
        ["author"] = new JsonObject { ["reference"] = $"Patient/{LeakScene.Patient}" },
    });

    private static JsonObject ListOf(IEnumerable<Made> records) => Tagged(new JsonObject
    {
        ["resourceType"] = "List",
        ["id"] = ListId,
        ["status"] = "current",
        ["mode"] = "working",
        ["subject"] = new JsonObject { ["reference"] = $"Patient/{LeakScene.Patient}" },
        ["entry"] = new JsonArray([.. records.Select(made => new JsonObject
        {
            ["item"] = new JsonObject { ["reference"] = made.Reference },
        })]),
    });

    /// <summary>What the made records refer to.</summary>
    private static JsonObject Target(string type)
    {
        // It is seen, and so it holds no secret.
        var bare = new RecordMaker("leeg", "leeg", variant: 3).Bare(type).ToJsonString();
        var resource = JsonNode.Parse(bare.Replace(RecordMaker.Secret, "openbaar", StringComparison.Ordinal))!.AsObject();
        resource["id"] = $"{LeakScene.Canary}-other";
        return Tagged(resource);
    }

    private static JsonObject Tagged(JsonObject resource)
    {
        resource["meta"] = new JsonObject
        {
            ["tag"] = new JsonArray(new JsonObject { ["system"] = RecordMaker.System, ["code"] = $"{LeakScene.Canary}-tag" }),
        };
        return resource;
    }
}
