using Vagus.Identity.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SecondFactors;

public abstract class ResetFactorsTests(Engine engine)
{
    [Fact]
    public async Task An_administrators_reset_waits_a_day_is_shown_and_ends_the_sessions()
    {
        await using var clinic = await TestClinic.Open(engine);
        var people = await Arrange(clinic);

        var asked = await Reset(clinic, people.Ann, people.Admin);
        var page = (await clinic.Get("/api/auth/factors", people.AnnSession)).Json;
        await clinic.Get<ResetFactors>().ApplyDue(default);
        var before = await clinic.Login("ann@example.org");
        clinic.Clock.Advance(ResetFactors.Delay - TimeSpan.FromMinutes(1));
        var again = await SignInWith(clinic, people.App);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        await clinic.Get<ResetFactors>().ApplyDue(default);

        Assert.Equal(202, asked.Status);
        Assert.Equal(asked.Json.GetProperty("resetAt").GetDateTimeOffset(), page.GetProperty("resetAt").GetDateTimeOffset());
        Assert.Equal("second_factor_required", before.Code);
        Assert.Equal(401, (await clinic.Get("/caller", again.AccessToken)).Status);
        Assert.Equal(200, (await clinic.Login("ann@example.org")).Status);
    }

    [Fact]
    public async Task The_user_cancels_it()
    {
        await using var clinic = await TestClinic.Open(engine);
        var people = await Arrange(clinic);
        await Reset(clinic, people.Ann, people.Admin);

        Assert.Equal(204, (await clinic.Delete("/factors/reset", people.AnnSession)).Status);
        clinic.Clock.Advance(ResetFactors.Delay);
        await clinic.Get<ResetFactors>().ApplyDue(default);

        Assert.Equal("second_factor_required", (await clinic.Login("ann@example.org")).Code);
    }

    [Fact]
    public async Task Asking_again_does_not_put_it_off_and_one_does_not_reset_oneself()
    {
        await using var clinic = await TestClinic.Open(engine);
        var people = await Arrange(clinic);
        var first = await Reset(clinic, people.Ann, people.Admin);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));

        var second = await Reset(clinic, people.Ann, people.Admin);

        Assert.Equal(first.Text, second.Text);
        Assert.Equal("own_factors", (await Reset(clinic, people.AdminId, people.Admin)).Code);
    }

    [Fact]
    public async Task Only_an_administrator_of_the_same_tenant_asks_or_cancels()
    {
        await using var clinic = await TestClinic.Open(engine);
        var people = await Arrange(clinic);
        await clinic.AddUser("bob@example.org");
        var south = await clinic.AddUser("south@example.org", Role.Admin, TestClinic.South);
        var bob = (await clinic.Login("bob@example.org")).AccessToken;
        var other = (await clinic.Login("south@example.org")).AccessToken;

        Assert.Equal(403, (await Reset(clinic, people.Ann, bob)).Status);
        Assert.Equal(404, (await Reset(clinic, people.Ann, other)).Status);
        Assert.Equal(404, (await Reset(clinic, south, people.Admin)).Status);
        await Reset(clinic, people.Ann, people.Admin);
        Assert.Equal(404, (await clinic.Delete("/factors/reset", bob)).Status);
        Assert.Equal(404, (await clinic.Delete("/factors/reset", other)).Status);
        Assert.Equal(404, (await clinic.Send(HttpMethod.Delete, PathOf(people.Ann), bearer: other)).Status);
        Assert.Equal(204, (await clinic.Send(HttpMethod.Delete, PathOf(people.Ann), bearer: people.Admin)).Status);
    }

    private static async Task<People> Arrange(TestClinic clinic)
    {
        var ann = await clinic.AddUser("ann@example.org");
        var admin = await clinic.AddUser("admin@example.org", Role.Admin);
        var session = (await clinic.Login("ann@example.org")).AccessToken;
        var app = await clinic.EnrolApp(session);
        return new People(ann, session, app, admin, (await clinic.Login("admin@example.org")).AccessToken);
    }

    private static async Task<Answer> SignInWith(TestClinic clinic, EnrolledApp app)
    {
        var owed = await clinic.Login("ann@example.org");
        var code = app.CodeAt(clinic.Clock.GetUtcNow());
        return await clinic.Post("/login/second-factor", new { challenge = owed.Challenge(), code });
    }

    private static Task<Answer> Reset(TestClinic clinic, UserId user, string bearer) =>
        clinic.Send(HttpMethod.Post, PathOf(user), bearer: bearer);

    private static string PathOf(UserId user) => $"/api/admin/users/{user.Value}/factor-reset";

    private sealed record People(UserId Ann, string AnnSession, EnrolledApp App, UserId AdminId, string Admin);
}

public sealed class ResetFactorsOnSqlite() : ResetFactorsTests(Engine.Sqlite);

public sealed class ResetFactorsOnPostgres() : ResetFactorsTests(Engine.Postgres);
