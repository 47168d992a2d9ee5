using Vagus.Kernel;

namespace Vagus.Visibility.Tests;

/// <summary>A Provenance is as hidden as what it is about now, whichever of the two was written first.</summary>
public abstract class SignatureTests(House house)
{
    private static readonly string Hidden = Records.Labelled(Records.Encounter("e", "p1"), Records.Restricted);

    [Fact]
    public async Task A_label_that_a_target_gets_later_hides_its_provenance_and_what_was_told_of_it()
    {
        await using var scene = await Scene.Open(house, Records.Encounter("e", "p1"));
        var nurse = await scene.Add("reader", await scene.Clinic.Has(Role.Nurse));
        await scene.Boss.Write(Records.Provenance("x", "Encounter/e"));
        await scene.Boss.Write(Records.Provenance("y", "Provenance/x"));
        Assert.Equal([200, 200], await Statuses(nurse, "Provenance/x", "Provenance/y"));

        await scene.Boss.Write(Hidden);

        Assert.Equal([404, 404, 404], await Statuses(nurse, "Provenance/x", "Provenance/x/_history/1", "Provenance/y"));
        var found = (await nurse.Get("Provenance?target=Encounter/e")).Body;
        Assert.Equal(0, found.GetProperty("total").GetInt32());
        Assert.Equal([200], await Statuses(scene.Boss, "Provenance/x/_history/1"));
        Assert.DoesNotContain((await scene.Replays("reader")).Updates, IsProvenance);
        Assert.DoesNotContain((await scene.Replays("reader")).Events, heard => heard.Name == "encounter.signed");
    }

    [Fact]
    public async Task A_provenance_is_seen_again_when_no_target_is_labelled_any_more()
    {
        await using var scene = await Scene.Open(house, Hidden, Records.Labelled(Records.Lab("o", "p1"), Records.Restricted));
        var nurse = await scene.Add("reader", await scene.Clinic.Has(Role.Nurse));
        await scene.Boss.Write(Records.Provenance("x", "Encounter/e", "Observation/o"));
        await scene.Boss.Write(Records.Labelled(Records.Provenance("own", "Encounter/e"), Records.Restricted));

        await scene.Boss.Write(Records.Labelled(Records.Encounter("e", "p1"), Records.Normal));
        Assert.Equal([404], await Statuses(nurse, "Provenance/x"));
        await scene.Boss.Write(Records.Labelled(Records.Lab("o", "p1"), Records.Normal));

        Assert.Equal([200, 200, 404], await Statuses(nurse, "Provenance/x", "Provenance/x/_history/1", "Provenance/own"));
    }

    [Fact]
    public async Task What_was_signed_of_a_hidden_resource_stays_hidden_when_that_comes_back_after_its_deletion()
    {
        await using var scene = await Scene.Open(house, Hidden);
        var nurse = await scene.Add("reader", await scene.Clinic.Has(Role.Nurse));
        await scene.Boss.Write(Records.Provenance("x", "Encounter/e"));
        await scene.Boss.Delete("Encounter/e");

        await scene.Boss.Write(Records.Encounter("e", "p1"));

        Assert.Equal([200, 404], await Statuses(nurse, "Encounter/e", "Provenance/x"));
    }

    [Fact]
    public async Task A_provenance_that_is_posted_with_the_label_of_its_target_is_hidden()
    {
        await using var scene = await Scene.Open(house, Records.Encounter("e", "p1"));

        await scene.Boss.Transaction(
            Post(Records.Provenance("", "Encounter/e")),
            $$$"""{"resource":{{{Hidden}}},"request":{"method":"PUT","url":"Encounter/e"}}""");

        await IsHidden(scene);
    }

    [Fact]
    public async Task A_provenance_of_a_labelled_resource_that_the_same_transaction_creates_is_hidden()
    {
        const string Made = "urn:uuid:0a5d6b7e-6e2c-4c58-9d3e-1f2a3b4c5d6e";
        await using var scene = await Scene.Open(house);

        await scene.Boss.Transaction(Post(Records.Provenance("", Made)), Post(Hidden, Made));

        await IsHidden(scene);
    }

    [Fact]
    public async Task A_provenance_of_a_hidden_provenance_is_hidden_wherever_it_stands_in_the_transaction()
    {
        const string First = "urn:uuid:0a5d6b7e-6e2c-4c58-9d3e-1f2a3b4c5d6e";
        const string Second = "urn:uuid:0a5d6b7e-6e2c-4c58-9d3e-1f2a3b4c5d6f";
        await using var scene = await Scene.Open(house, Hidden);

        await scene.Boss.Transaction(
            Post(Records.Provenance("", Second)),
            Post(Records.Provenance("", First), Second),
            Post(Records.Provenance("", "Encounter/e"), First));

        await IsHidden(scene);
    }

    [Fact]
    public async Task A_provenance_that_came_before_its_labelled_target_is_hidden_when_that_comes()
    {
        await using var scene = await Scene.Open(house);
        var nurse = await scene.Add("reader", await scene.Clinic.Has(Role.Nurse));
        await scene.Boss.Write(Records.Provenance("x", "Encounter/e"));

        await scene.Boss.Write(Hidden);

        Assert.Equal([404], await Statuses(nurse, "Provenance/x"));
        Assert.DoesNotContain((await scene.Replays("reader")).Updates, update => update.Resource == "Provenance/x");
    }

    private static async Task IsHidden(Scene scene)
    {
        Assert.DoesNotContain((await scene.Hears(Role.Provider)).Updates, IsProvenance);
        Assert.Contains((await scene.Hears(Role.Provider, sensitive: true)).Updates, IsProvenance);
        Assert.DoesNotContain((await scene.Replays("Provider")).Updates, IsProvenance);
        Assert.DoesNotContain((await scene.Hears(Role.Provider)).Events, heard => heard.Name == "encounter.signed");
    }

    private static bool IsProvenance(Heard update) => update.Resource.StartsWith("Provenance/", StringComparison.Ordinal);

    private static string Post(string resource, string? fullUrl = null)
    {
        var type = System.Text.Json.JsonElement.Parse(resource).GetProperty("resourceType").GetString();
        var body = resource.Replace("\"id\":\"\",", "", StringComparison.Ordinal);
        var url = fullUrl is null ? "" : $"\"fullUrl\":\"{fullUrl}\",";
        return $$$"""{{{{url}}}"resource":{{{body}}},"request":{"method":"POST","url":"{{{type}}}"}}""";
    }

    private static async Task<List<int>> Statuses(Person person, params string[] paths) =>
        [.. (await person.ReadAll(paths)).Select(read => read.Status)];
}

public sealed class SignaturesOnSqlite(SqliteHouse house) : SignatureTests(house);

public sealed class SignaturesOnPostgres(PostgresHouse house) : SignatureTests(house);
