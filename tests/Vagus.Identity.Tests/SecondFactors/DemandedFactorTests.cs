using OtpNet;
using Vagus.Identity.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SecondFactors;

public abstract class DemandedFactorTests(Engine engine)
{
    [Fact]
    public async Task Where_the_tenant_demands_a_factor_it_is_enrolled_before_there_is_a_session()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", Role.Nurse);
        await clinic.Set(TestClinic.North, """{ "secondFactor": "staff" }""");

        var owed = await clinic.Login("ann@example.org");
        var offer = await clinic.Post("/login/enrolment", new { challenge = owed.Challenge() });
        var code = CodeOf(clinic, offer);
        var body = new { challenge = owed.Challenge(), id = offer.Json.GetProperty("id").GetString(), code };
        var login = await clinic.Post("/login/enrolment/confirmation", body);

        Assert.Equal((401, "second_factor_enrolment_required"), (owed.Status, owed.Code));
        Assert.Equal(RecoveryCodes.Count, FactorClient.CodesIn(login).Length);
        Assert.Equal(200, (await clinic.Get("/caller", login.AccessToken)).Status);
        Assert.Equal("invalid_challenge", (await clinic.Post("/login/enrolment/confirmation", body)).Code);
        Assert.Equal("second_factor_required", (await clinic.Login("ann@example.org")).Code);
    }

    [Fact]
    public async Task Only_the_roles_that_are_named_and_only_in_that_tenant()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("admin@example.org", Role.Admin);
        await clinic.AddUser("nurse@example.org", Role.Nurse);
        await clinic.AddUser("south@example.org", Role.Admin, TestClinic.South);
        await clinic.Set(TestClinic.North, """{ "secondFactor": ["admin"] }""");

        var statuses = new List<int>();
        foreach (var who in new[] { "admin", "nurse", "south" }) statuses.Add((await clinic.Login($"{who}@example.org")).Status);

        Assert.Equal([401, 200, 200], statuses);
    }

    [Fact]
    public async Task The_enrolment_of_one_user_is_nothing_to_another()
    {
        await using var clinic = await TestClinic.Open(engine);
        var tenants = new[] { TestClinic.North, TestClinic.South };
        foreach (var tenant in tenants) await clinic.Set(tenant, """{ "secondFactor": "staff" }""");
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("sue@example.org", tenant: TestClinic.South);
        var (hers, theirs) = ((await clinic.Login("ann@example.org")).Challenge(), (await clinic.Login("sue@example.org")).Challenge());
        var begun = await clinic.Post("/login/enrolment", new { challenge = hers });
        var code = CodeOf(clinic, begun);

        var body = new { challenge = theirs, id = begun.Json.GetProperty("id").GetString(), code };
        var taken = await clinic.Post("/login/enrolment/confirmation", body);

        Assert.Equal(404, taken.Status);
        Assert.Equal("invalid_challenge", (await clinic.Post("/login/second-factor", new { challenge = hers, code })).Code);
    }

    [Fact]
    public async Task The_last_factor_stays_while_the_tenant_demands_one()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var session = (await clinic.Login("ann@example.org")).AccessToken;
        var app = await clinic.EnrolApp(session);
        await clinic.Set(TestClinic.North, """{ "secondFactor": "staff" }""");

        var refused = await clinic.Delete($"/factors/{app.Id}", session);
        await clinic.Set(TestClinic.North, "{}");
        var removed = await clinic.Delete($"/factors/{app.Id}", session);

        Assert.Equal((409, "last_factor"), (refused.Status, refused.Code));
        Assert.Equal(204, removed.Status);
        Assert.Equal(200, (await clinic.Login("ann@example.org")).Status);
        Assert.Equal("no_factor", (await clinic.Post("/factors/recovery-codes", bearer: session)).Code);
    }

    private static string CodeOf(TestClinic clinic, Answer offer)
    {
        var seed = Base32Encoding.ToBytes(offer.Json.GetProperty("secret").GetString()!);
        return new Totp(seed).ComputeTotp(clinic.Clock.GetUtcNow().UtcDateTime);
    }
}

public sealed class DemandedFactorsOnSqlite() : DemandedFactorTests(Engine.Sqlite);

public sealed class DemandedFactorsOnPostgres() : DemandedFactorTests(Engine.Postgres);
