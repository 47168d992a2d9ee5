using Vagus.Kernel;

namespace Vagus.Messaging.Tests.Direct;

/// <summary>A RelatedPerson is written to on the side of its patient, where somebody holds a proxy for that.</summary>
public abstract class RelatedPersonTests(House house)
{
    [Fact]
    public async Task Who_holds_a_proxy_gets_what_is_written_to_the_related_person()
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("child", "parent", "neighbour");
        await Put(doctor, new { resourceType = "RelatedPerson", id = "mother", patient = new { reference = "Patient/child" } });
        var message = new { recipientId = "RelatedPerson/mother", content = "How is the fever?" };
        (await doctor.Post("/api/messages", message)).IsRefused(404, "not_found");
        var parent = await clinic.Has(Role.Patient, patient: "parent", dependants: ["child"]);
        var stranger = await clinic.Has(Role.Patient, patient: "neighbour");
        await using var phone = await LiveSocket.Open(house, parent);

        var sent = (await doctor.Post("/api/messages", message)).Is(201);

        Assert.Equal("How is the fever?", (await phone.Hear("new_message")).GetProperty("content").GetString());
        (await parent.Post("/api/messages", new { threadId = sent["threadId"].GetString(), content = "It is gone" })).Is(201);
        foreach (var id in new[] { "mother", "RelatedPerson/mother", "Patient/child" })
            Assert.Equal(2, (await doctor.Get($"/api/messages/conversation?userId={id}")).Is(200)["items"].GetArrayLength());
        (await stranger.Post("/api/messages", new { threadId = sent["threadId"].GetString(), content = "x" })).IsRefused(404, "not_found");
        (await parent.Post("/api/messages", message)).IsRefused(404, "not_found");
        var elsewhere = await (await house.NewClinic()).Has(Role.Provider);
        (await elsewhere.Post("/api/messages", message)).IsRefused(404, "not_found");
    }

    [Theory]
    [InlineData("""{"resourceType":"RelatedPerson","id":"mother","active":false,"patient":{"reference":"Patient/child"}}""")]
    [InlineData("""{"resourceType":"RelatedPerson","id":"mother","period":{"end":"2020"},"patient":{"reference":"Patient/child"}}""")]
    public async Task Who_is_no_related_person_any_more_is_not_found(string person)
    {
        var clinic = await house.NewClinic();
        var doctor = await clinic.HasPatients("child", "parent");
        await clinic.Has(Role.Patient, patient: "parent", dependants: ["child"]);
        await Put(doctor, person);

        (await doctor.Post("/api/messages", new { recipientId = "RelatedPerson/mother", content = "Hello" })).IsRefused(404, "not_found");
    }

    private static async Task Put(Person doctor, object person) => (await doctor.Put("/fhir/RelatedPerson/mother", person)).Is(201);
}

public sealed class RelatedPersonsOnSqlite(SqliteHouse house) : RelatedPersonTests(house);

public sealed class RelatedPersonsOnPostgres(PostgresHouse house) : RelatedPersonTests(house);
