namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary><c>near</c>: Locations by their distance from a place.</summary>
public abstract class NearTests(FhirServer server)
{
    // Places of the world, with distances that maps give.
    private static readonly (string Id, string Latitude, string Longitude)[] Places =
    [
        ("berlin", "52.5200", "13.4050"), ("potsdam", "52.3906", "13.0645"), ("hamburg", "53.5511", "9.9937"), ("suva", "-18.1416", "178.4419"),
        ("apia", "-13.8333", "-171.7667"), ("pole", "90", "0"), ("alert", "82.5018", "-62.3481"),
    ];

    [Theory]
    [InlineData("52.52|13.405|1|km", "berlin")]
    [InlineData("52.52|13.405|26.9|km", "berlin")]
    [InlineData("52.52|13.405|27.5|km", "berlin,potsdam")]
    [InlineData("52.52|13.405|17|[mi_i]", "berlin,potsdam")]
    [InlineData("52.52|13.405|260000|m", "berlin,hamburg,potsdam")]
    [InlineData("52.52|13.405|254", "berlin,potsdam")]
    [InlineData("52.52|13.405", "berlin")]
    [InlineData("-17|-179.9|1200|km", "apia,suva")]
    [InlineData("-17|179.9|300|km", "suva")]
    [InlineData("89|120|1000|km", "alert,pole")]
    [InlineData("0|0|1|km", "")]
    [InlineData("0|0|20100|km", "alert,apia,berlin,hamburg,pole,potsdam,suva")]
    [InlineData("0|0|1|km,52.52|13.405|1|km", "berlin")]
    public async Task Locations_within_a_distance_are_found(string near, string expected)
    {
        var admin = await World();

        var found = (await admin.Get($"Location?near={Uri.EscapeDataString(near)}&_total=accurate")).Is(200);

        Assert.Equal(expected, string.Join(',', found.Ids.Order(StringComparer.Ordinal)));
        Assert.Equal(found.Ids.Count, found.Total);
        // Beside another criterion that leads.
        var beside = (await admin.Get($"Location?_id=berlin,suva,pole&near={Uri.EscapeDataString(near)}")).Is(200);
        Assert.Equal(found.Ids.Where(id => id is "berlin" or "suva" or "pole").Order(StringComparer.Ordinal), beside.Ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("52.52")]
    [InlineData("91|0|1|km")]
    [InlineData("0|181|1|km")]
    [InlineData("0|0|1|parsec")]
    [InlineData("0|0|-1|km")]
    [InlineData("0|0|99999|km")]
    [InlineData("a|b|c|km")]
    [InlineData("1|2|3|km|5")]
    public async Task What_is_no_place_or_distance_is_refused(string near) =>
        (await (await (await Clinic.Open(server)).Admin()).Get($"Location?near={Uri.EscapeDataString(near)}")).Is(400);

    [Fact]
    public async Task A_place_moves_and_goes_with_its_Location_and_is_of_its_organization()
    {
        var admin = await World();
        var stranger = await (await Clinic.Open(server)).Admin();

        Assert.Empty((await stranger.Get("Location?near=0|0|20100|km")).Is(200).Ids);
        Assert.Empty((await admin.Get("Location?near:missing=true")).Is(200).Ids);
        (await admin.Put("Location/berlin", Location("berlin", "48.1374", "11.5755"))).Is(200);
        Assert.Empty((await admin.Get("Location?near=52.52|13.405|1|km")).Is(200).Ids);
        Assert.Equal(["berlin"], (await admin.Get("Location?near=48.137|11.575|1|km")).Is(200).Ids);
        (await admin.Delete("Location/berlin")).Is(204);
        Assert.Empty((await admin.Get("Location?near=48.137|11.575|1|km")).Is(200).Ids);
        (await admin.Put("Location/nowhere", """{"resourceType":"Location","id":"nowhere"}""")).Is(201);
        Assert.Equal(["nowhere"], (await admin.Get("Location?near:missing=true")).Is(200).Ids);
    }

    private async Task<Person> World()
    {
        var admin = await (await Clinic.Open(server)).Admin();
        foreach (var (id, latitude, longitude) in Places) (await admin.Put($"Location/{id}", Location(id, latitude, longitude))).Is(201);
        return admin;
    }

    private static string Location(string id, string latitude, string longitude) => $$$"""
        {"resourceType":"Location","id":"{{{id}}}","position":{"longitude":{{{longitude}}},"latitude":{{{latitude}}}}}
        """;
}

public sealed class NearOnSqlite(SqliteFhirServer server) : NearTests(server);

public sealed class NearOnPostgres(PostgresFhirServer server) : NearTests(server);
