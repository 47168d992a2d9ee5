using Vagus.Access.Sessions;
using Vagus.Identity.Administration;
using Vagus.Identity.Recovery;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Recovery;

/// <summary>A forgotten password, at the staff's and at the patients' door.</summary>
public abstract class ForgottenPasswordTests(Engine engine)
{
    private const string Staff = "/api/auth";
    private const string Portal = "/api/patient-portal/auth";
    private const string NewPassword = "another long pass phrase";

    private static readonly Statement CountMails = new("select count(*) from access_delivery where ended_at is null");

    private static readonly Statement CountWishes = new("select count(*) from access_forgotten");

    [Theory]
    [InlineData(Staff, Role.Nurse)]
    [InlineData(Portal, Role.Patient)]
    public async Task A_new_password_ends_every_session_signs_nobody_in_and_the_address_is_told(string door, Role role)
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", role, patient: role == Role.Patient ? "p1" : null);
        var before = await clinic.Login("ann@example.org", path: $"{door}/login");
        var ends = new List<SessionEnd>();
        clinic.Sessions.Ended += ends.Add;

        Assert.Equal(202, (await Forget(clinic, door, "Ann@Example.org")).Status);
        var token = await clinic.Mails.NextToken("ann@example.org");
        var reset = await Reset(clinic, door, token);

        Assert.Equal((204, ""), (reset.Status, reset.Text));
        Assert.Equal(401, (await clinic.Get("/caller", before.AccessToken)).Status);
        Assert.Equal(401, (await clinic.Refresh(before.RefreshToken)).Status);
        Assert.Equal([EndReason.PasswordReset], ends.Select(end => end.Reason));
        Assert.Equal(401, (await clinic.Login("ann@example.org", path: $"{door}/login")).Status);
        Assert.Equal(200, (await clinic.Login("ann@example.org", NewPassword, path: $"{door}/login")).Status);
        Assert.Contains("was changed", (await clinic.Mails.Next("ann@example.org")).TextBody!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_and_an_unknown_address_get_one_answer_and_cause_one_write()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");

        var known = await Forget(clinic, Staff, "ann@example.org");
        var unknown = await Forget(clinic, Staff, "nobody@example.org");
        var disabled = await Forget(clinic, Portal, "ann@example.org");

        Assert.Equal([202, 202, 202], new[] { known, unknown, disabled }.Select(answer => answer.Status));
        Assert.Equal([known.Text, known.Text], [unknown.Text, disabled.Text]);
        await clinic.Mails.NextToken("ann@example.org");
        await clinic.SendMails();
        Assert.Equal(0, await Count(clinic, CountWishes));
        Assert.Empty(clinic.Mails.Unread("nobody@example.org"));
        Assert.Empty(clinic.Mails.Unread("ann@example.org"));
    }

    [Fact]
    public async Task A_token_works_once_for_thirty_minutes_and_only_the_newest_one_does()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var older = await Ask(clinic, "ann@example.org");
        var newer = await Ask(clinic, "ann@example.org");

        Assert.Equal((400, "invalid_token"), Facts(await Reset(clinic, Staff, older)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Reset(clinic, Staff, newer)));
        Assert.Equal([204, 400, 400, 400], answers.Select(answer => answer.Status).Order());

        var late = await Ask(clinic, "ann@example.org");
        clinic.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal((400, "invalid_token"), Facts(await Reset(clinic, Staff, late)));
    }

    [Fact]
    public async Task A_token_of_one_door_or_purpose_opens_no_other()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var token = await Ask(clinic, "ann@example.org");

        Assert.Equal((400, "invalid_token"), Facts(await Reset(clinic, Portal, token)));
        Assert.Equal(400, (await clinic.Send(HttpMethod.Post, $"{Portal}/verify-email", new { token })).Status);
        Assert.Equal(
            400,
            (await clinic.Send(
                HttpMethod.Post, $"{Portal}/activate", new { token, birthDate = "1980-02-29", password = NewPassword })).Status);

        Assert.Equal(204, (await Reset(clinic, Staff, token)).Status);
    }

    [Fact]
    public async Task A_weak_password_does_not_use_the_token_up_and_a_disabled_user_gets_and_uses_none()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org");
        var token = await Ask(clinic, "ann@example.org");
        Assert.Equal(
            (422, "password_guessable"), Facts(await Reset(clinic, Staff, token, "aaaaaaaaaaaaaaaaaaaa")));

        await clinic.Get<ChangeUser>().Disable(TestClinic.North, ann, default);

        Assert.Equal((400, "invalid_token"), Facts(await Reset(clinic, Staff, token)));
        await Forget(clinic, Staff, "ann@example.org");
        await clinic.SendMails();
        Assert.Empty(clinic.Mails.Unread("ann@example.org"));
    }

    [Fact]
    public async Task One_person_gets_five_mails_an_hour_however_often_they_are_asked_for()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");

        for (var asked = 0; asked < AnswerForgotten.MaxAnHour + 3; asked++)
        {
            Assert.Equal(202, (await Forget(clinic, Staff, "ann@example.org")).Status);
            await clinic.SendMails();
            clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, await Count(clinic, CountWishes));
        for (var mail = 0; mail < AnswerForgotten.MaxAnHour; mail++) await clinic.Mails.NextToken("ann@example.org");
        Assert.Empty(clinic.Mails.Unread("ann@example.org"));
    }

    [Fact]
    public async Task Many_processes_answer_one_wish_once_and_its_link_works()
    {
        await using var clinic = await TestClinic.Open(engine);
        await using var second = await TestClinic.Open(engine, besides: clinic);
        await clinic.AddUser("ann@example.org");
        await Forget(clinic, Staff, "ann@example.org");

        await Task.WhenAll(new[] { clinic, second, clinic, second }.Select(each => each.Get<AnswerForgotten>().Answer(default)));

        var token = await clinic.Mails.NextToken("ann@example.org");
        Assert.Equal(204, (await Reset(clinic, Staff, token)).Status);
        Assert.DoesNotContain("#token=", (await clinic.Mails.Next("ann@example.org")).TextBody!, StringComparison.Ordinal);
        Assert.Empty(clinic.Mails.Unread("ann@example.org"));
    }

    [Fact]
    public async Task A_flood_of_addresses_from_one_network_is_not_kept_and_is_answered_alike()
    {
        await using var clinic = await TestClinic.Open(engine);

        for (var number = 0; number < 15; number++) Assert.Equal(202, (await Forget(clinic, Staff, $"u{number}@example.org")).Status);
        await clinic.AddUser("ann@example.org");
        await Forget(clinic, Staff, "ann@example.org");

        await clinic.SendMails();
        Assert.Empty(clinic.Mails.Unread("ann@example.org"));
        Assert.Equal(0, await Count(clinic, CountMails));
    }

    [Theory]
    [InlineData("north", "south")]
    [InlineData("south", "north")]
    public async Task A_reset_changes_the_password_of_the_named_tenants_user_alone(string own, string other)
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", tenant: new TenantId(own));
        await clinic.AddUser("ann@example.org", tenant: new TenantId(other));
        var theirs = await clinic.Login("ann@example.org", tenant: other);

        await clinic.Send(HttpMethod.Post, $"{Staff}/forgot-password", new { email = "ann@example.org", tenant = own });
        Assert.Equal(204, (await Reset(clinic, Staff, await clinic.Mails.NextToken("ann@example.org"))).Status);

        Assert.Equal(200, (await clinic.Get("/caller", theirs.AccessToken)).Status);
        Assert.Equal(200, (await clinic.Login("ann@example.org", tenant: other)).Status);
        Assert.Equal(401, (await clinic.Login("ann@example.org", tenant: own)).Status);
        Assert.Equal(200, (await clinic.Login("ann@example.org", NewPassword, tenant: own)).Status);
    }

    [Fact]
    public async Task A_host_header_does_not_reach_the_mail()
    {
        await using var clinic = await TestClinic.Open(
            engine, new IdentityOptions { PasswordIterations = 10, Issuer = "https://clinic.example" });
        await clinic.AddUser("ann@example.org");

        await clinic.Send(
            HttpMethod.Post, $"{Staff}/forgot-password", new { email = "ann@example.org" },
            change: request =>
            {
                request.Headers.Host = "evil.example";
                request.Headers.Add("X-Forwarded-Host", "evil.example");
            });

        var mail = await clinic.Mails.Next("ann@example.org");
        Assert.Contains("https://clinic.example/reset-password#token=", mail.TextBody!, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", mail.ToString()!, StringComparison.Ordinal);
    }

    private static (int Status, string Code) Facts(Answer answer) => (answer.Status, answer.Code);

    private static async Task<long> Count(TestClinic clinic, Statement statement) =>
        await clinic.Get<Database>().QueryOne(statement, [], row => row.GetInt64(0), default);

    private static async Task<string> Ask(TestClinic clinic, string email)
    {
        await Forget(clinic, Staff, email);
        return await clinic.Mails.NextToken(email);
    }

    private static Task<Answer> Forget(TestClinic clinic, string door, string email) =>
        clinic.Send(HttpMethod.Post, $"{door}/forgot-password", new { email });

    private static Task<Answer> Reset(TestClinic clinic, string door, string token, string password = NewPassword) =>
        clinic.Send(HttpMethod.Post, $"{door}/reset-password", new { token, password });
}

public sealed class ForgottenPasswordsOnSqlite() : ForgottenPasswordTests(Engine.Sqlite);

public sealed class ForgottenPasswordsOnPostgres() : ForgottenPasswordTests(Engine.Postgres);
