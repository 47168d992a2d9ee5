using System.Text;
using Vagus.Identity.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SecondFactors;

public abstract class OneTimeCodeTests(Engine engine)
{
    [Fact]
    public async Task A_password_earns_a_challenge_and_no_session_and_a_code_completes_it()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (app, _) = await EnrolAnn(clinic);
        var before = await Sessions(clinic);

        var owed = await clinic.Login("ann@example.org");
        clinic.Clock.Advance(TimeSpan.FromSeconds(30));
        var login = await clinic.Post("/login/second-factor", new { challenge = owed.Challenge(), code = Code(clinic, app) });

        Assert.Equal((401, "second_factor_required"), (owed.Status, owed.Code));
        Assert.Equal(["recovery_code", "totp"], Methods(owed).Order());
        Assert.Equal(200, login.Status);
        Assert.Equal(before + 1, await Sessions(clinic));
        Assert.Equal(200, (await clinic.Get("/caller", login.AccessToken)).Status);
    }

    [Fact]
    public async Task A_wrong_password_earns_the_answer_of_an_unknown_address()
    {
        await using var clinic = await TestClinic.Open(engine);
        await EnrolAnn(clinic);

        Assert.Equal("invalid_credentials", (await clinic.Login("ann@example.org", "not the password at all")).Code);
    }

    [Fact]
    public async Task A_code_is_accepted_once_and_no_older_one_after_it()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (app, _) = await EnrolAnn(clinic);
        var earlier = Code(clinic, app);
        clinic.Clock.Advance(TimeSpan.FromSeconds(30));
        var used = Code(clinic, app);
        Assert.Equal(200, (await Complete(clinic, used)).Status);

        Assert.Equal((401, "invalid_factor"), Told(await Complete(clinic, used)));
        Assert.Equal((401, "invalid_factor"), Told(await Complete(clinic, earlier)));
    }

    [Theory]
    [InlineData(-2, 401)]
    [InlineData(-1, 200)]
    [InlineData(0, 200)]
    [InlineData(1, 200)]
    [InlineData(2, 401)]
    public async Task A_clock_may_be_one_step_off(int steps, int status)
    {
        await using var clinic = await TestClinic.Open(engine);
        var (app, _) = await EnrolAnn(clinic);
        clinic.Clock.Advance(TimeSpan.FromMinutes(5));

        var code = app.CodeAt(clinic.Clock.GetUtcNow() + TimeSpan.FromSeconds(30 * steps));

        Assert.Equal(status, (await Complete(clinic, code)).Status);
    }

    [Fact]
    public async Task Five_wrong_codes_close_the_way_for_a_quarter_of_an_hour_also_side_by_side()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (app, _) = await EnrolAnn(clinic);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        var challenge = (await clinic.Login("ann@example.org")).Challenge();

        var guesses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            clinic.Post("/login/second-factor", new { challenge, code = Wrong(clinic, app) })));
        var right = await Complete(clinic, Code(clinic, app));
        clinic.Clock.Advance(FactorTries.Window);
        var later = await Complete(clinic, Code(clinic, app));

        Assert.Equal(5, guesses.Count(guess => guess.Status == 401));
        Assert.Equal(7, guesses.Count(guess => guess.Status == 429));
        Assert.Equal((429, "too_many_codes"), Told(right));
        Assert.Equal(200, later.Status);
    }

    [Fact]
    public async Task A_challenge_is_good_for_one_success_within_five_minutes()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (app, _) = await EnrolAnn(clinic);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        var used = (await clinic.Login("ann@example.org")).Challenge();
        await clinic.Post("/login/second-factor", new { challenge = used, code = Code(clinic, app) });
        var late = (await clinic.Login("ann@example.org")).Challenge();

        clinic.Clock.Advance(TimeSpan.FromSeconds(30));
        var again = await clinic.Post("/login/second-factor", new { challenge = used, code = Code(clinic, app) });
        clinic.Clock.Advance(Challenges.Lifetime);
        var expired = await clinic.Post("/login/second-factor", new { challenge = late, code = Code(clinic, app) });

        Assert.Equal((401, "invalid_challenge"), Told(again));
        Assert.Equal((401, "invalid_challenge"), Told(expired));
    }

    [Fact]
    public async Task A_recovery_code_signs_in_once()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (app, _) = await EnrolAnn(clinic);
        Assert.Equal(RecoveryCodes.Count, app.RecoveryCodes.Distinct().Count());

        var first = await Recover(clinic, app.RecoveryCodes[0].ToLowerInvariant());
        var again = await Recover(clinic, app.RecoveryCodes[0]);

        Assert.Equal(200, first.Status);
        Assert.Equal((401, "invalid_factor"), Told(again));
        var page = (await clinic.Get("/api/auth/factors", first.AccessToken)).Json;
        Assert.Equal(RecoveryCodes.Count - 1, page.GetProperty("recoveryCodesLeft").GetInt32());
    }

    [Fact]
    public async Task Codes_and_challenges_of_one_user_are_nothing_to_another()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (ann, _) = await EnrolAnn(clinic);
        await clinic.AddUser("bob@example.org");
        await clinic.AddUser("sue@example.org", tenant: TestClinic.South);
        var others = new Dictionary<string, EnrolledApp>();
        foreach (var who in new[] { "bob@example.org", "sue@example.org" })
            others[who] = await clinic.EnrolApp((await clinic.Login(who)).AccessToken);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));

        foreach (var (who, app) in others)
        {
            var theirs = (await clinic.Login(who)).Challenge();
            var hers = (await clinic.Login("ann@example.org")).Challenge();
            foreach (var body in new object[]
            {
                new { challenge = theirs, code = Code(clinic, ann) },
                new { challenge = hers, code = Code(clinic, app) },
                new { challenge = theirs, recoveryCode = ann.RecoveryCodes[0] },
                new { challenge = hers, recoveryCode = app.RecoveryCodes[0] },
            })
            {
                Assert.Equal((401, "invalid_factor"), Told(await clinic.Post("/login/second-factor", body)));
            }
        }
    }

    [Fact]
    public async Task Factors_of_another_are_neither_seen_nor_confirmed_nor_removed()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (ann, session) = await EnrolAnn(clinic);
        await clinic.AddUser("bob@example.org");
        await clinic.AddUser("sue@example.org", tenant: TestClinic.South);
        foreach (var who in new[] { "bob@example.org", "sue@example.org" })
        {
            var other = (await clinic.Login(who)).AccessToken;
            var offer = await clinic.Post("/factors/totp", new { }, other);
            var theirs = offer.Json.GetProperty("id").GetString();

            Assert.Equal(0, (await clinic.Get("/api/auth/factors", other)).Json.GetProperty("items").GetArrayLength());
            Assert.Equal(404, (await clinic.Delete($"/factors/{ann.Id}", other)).Status);
            Assert.Equal(404, (await clinic.Delete($"/factors/{theirs}", session)).Status);
            Assert.Equal(404, (await clinic.Post($"/factors/totp/{theirs}/confirmation", new { code = "123456" }, session)).Status);
        }

        Assert.Equal(1, (await clinic.Get("/api/auth/factors", session)).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_challenge_of_one_door_is_nothing_at_the_other()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (app, _) = await EnrolAnn(clinic);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        var challenge = (await clinic.Login("ann@example.org")).Challenge();

        var body = new { challenge, code = Code(clinic, app) };
        var elsewhere = await clinic.Send(HttpMethod.Post, "/api/patient-portal/auth/login/second-factor", body);

        Assert.Equal((401, "invalid_challenge"), Told(elsewhere));
        Assert.Equal(200, (await clinic.Post("/login/second-factor", body)).Status);
    }

    [Fact]
    public async Task An_app_counts_only_when_a_code_has_shown_that_it_was_set_up()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var session = (await clinic.Login("ann@example.org")).AccessToken;

        await clinic.Post("/factors/totp", new { }, session);

        Assert.Equal(200, (await clinic.Login("ann@example.org")).Status);
    }

    [Fact]
    public async Task Neither_seeds_nor_recovery_codes_stand_in_the_database_as_they_are()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (app, _) = await EnrolAnn(clinic);
        var database = clinic.Get<Database>();

        var sealedSeed = await database.QueryOne(
            new Statement("select seed from access_factor"), [], row => (byte[])row.GetValue(0), default);
        var hashes = await database.Query(new Statement("select code_hash from access_recovery_code"), [], row => row.GetString(0), default);

        Assert.Equal(-1, sealedSeed!.AsSpan().IndexOf(app.Seed));
        Assert.DoesNotContain(app.RecoveryCodes[0].Replace("-", "", StringComparison.Ordinal), hashes);
        Assert.All(hashes, hash => Assert.Equal(64, Encoding.UTF8.GetByteCount(hash)));
    }

    private static async Task<(EnrolledApp App, string Session)> EnrolAnn(TestClinic clinic)
    {
        await clinic.AddUser("ann@example.org");
        var session = (await clinic.Login("ann@example.org")).AccessToken;
        return (await clinic.EnrolApp(session), session);
    }

    private static async Task<Answer> Complete(TestClinic clinic, string code) =>
        await clinic.Post("/login/second-factor", new { challenge = (await clinic.Login("ann@example.org")).Challenge(), code });

    private static async Task<Answer> Recover(TestClinic clinic, string recoveryCode) =>
        await clinic.Post("/login/second-factor", new { challenge = (await clinic.Login("ann@example.org")).Challenge(), recoveryCode });

    private static string Code(TestClinic clinic, EnrolledApp app) => app.CodeAt(clinic.Clock.GetUtcNow());

    // A code that is none of those that would be taken now.
    private static string Wrong(TestClinic clinic, EnrolledApp app)
    {
        var near = Enumerable.Range(-1, 3).Select(step => app.CodeAt(clinic.Clock.GetUtcNow().AddSeconds(30 * step)));
        return new[] { "000000", "111111", "222222", "333333" }.Except(near).First();
    }

    private static (int, string) Told(Answer answer) => (answer.Status, answer.Code);

    private static IEnumerable<string> Methods(Answer owed) =>
        owed.Json.GetProperty("methods").EnumerateArray().Select(method => method.GetString()!);

    private static ValueTask<long> Sessions(TestClinic clinic) => clinic.Get<Database>().QueryOne(
        new Statement("select count(*) from access_session"), [], row => row.GetInt64(0), default);
}

public sealed class OneTimeCodesOnSqlite() : OneTimeCodeTests(Engine.Sqlite);

public sealed class OneTimeCodesOnPostgres() : OneTimeCodeTests(Engine.Postgres);
