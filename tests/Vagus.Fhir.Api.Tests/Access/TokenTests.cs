using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Access;

public sealed class TokenTests(SqliteFhirServer server)
{
    public static TheoryData<string> Tokens => ["", "nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."];

    [Theory]
    [MemberData(nameof(Tokens))]
    public async Task Without_a_valid_token_every_door_answers_with_an_outcome(string token)
    {
        var nobody = new Person(server, token.Length == 0 ? null : token);

        foreach (var answer in new[] { await nobody.Get("Patient"), await nobody.Get("Patient/1"), await nobody.Create(Sample.Patient()),
            await nobody.Post("", "{}"), await nobody.Delete("Patient/1"), await nobody.Get("Nothing/1") })
        {
            answer.IsRefused(401, "login");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task A_token_that_was_changed_by_one_letter_is_none()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var token = provider.Token!;
        var at = token.LastIndexOf('.') + 5;
        var bent = $"{token[..at]}{(token[at] == 'A' ? 'B' : 'A')}{token[(at + 1)..]}";

        (await new Person(server, bent).Get("Patient")).IsRefused(401, "login");
        (await provider.Get("Patient")).Is(200);
    }

    [Fact]
    public async Task A_token_is_not_taken_from_the_address()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await new Person(server, token: null).Get($"Patient?access_token={provider.Token}")).IsRefused(401, "login");
    }

    [Fact]
    public async Task An_expired_token_opens_nothing()
    {
        var clock = new TestClock();
        await using var own = new FhirServer(Engine.Sqlite, clock);
        await own.InitializeAsync();
        var provider = await (await Clinic.Open(own)).Provider();
        (await provider.Get("Patient")).Is(200);

        clock.Advance(TimeSpan.FromMinutes(12));

        (await provider.Get("Patient")).IsRefused(401, "login");
    }
}
