using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Recovery;

/// <summary>Another password, by somebody who is signed in, at either door.</summary>
public abstract class OwnPasswordTests(Engine engine)
{
    private const string Ann = "ann@example.org";
    private const string Staff = "/api/auth";
    private const string Portal = "/api/patient-portal/auth";
    private const string NewPassword = "another long pass phrase";

    [Theory]
    [InlineData(Staff, Role.Nurse)]
    [InlineData(Portal, Role.Patient)]
    public async Task A_new_password_ends_the_other_sessions_and_the_address_is_told(string door, Role role)
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann, role, patient: role == Role.Patient ? "p1" : null);
        var other = await clinic.Login(Ann, path: $"{door}/login");
        var own = await clinic.Login(Ann, path: $"{door}/login");
        var ends = new List<SessionEnd>();
        clinic.Sessions.Ended += ends.Add;

        var changed = await Change(clinic, own, door: door);

        Assert.Equal((204, ""), (changed.Status, changed.Text));
        Assert.Equal(200, (await clinic.Get("/caller", own.AccessToken)).Status);
        Assert.Equal(200, (await clinic.Send(HttpMethod.Post, $"{door}/refresh", new { refreshToken = own.RefreshToken })).Status);
        Assert.Equal(401, (await clinic.Get("/caller", other.AccessToken)).Status);
        Assert.Equal([EndReason.PasswordReset], ends.Select(end => end.Reason));
        Assert.Equal(401, (await clinic.Login(Ann, path: $"{door}/login")).Status);
        Assert.Equal(200, (await clinic.Login(Ann, NewPassword, path: $"{door}/login")).Status);
        Assert.Contains("was changed", (await clinic.Mails.Next(Ann)).TextBody!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_password_of_now_a_fresh_sign_in_or_a_good_new_one_nothing_changes()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann);
        var own = await clinic.Login(Ann);

        var wrong = await Change(clinic, own, current: "not the password at all");
        var weak = await Change(clinic, own, to: "short");
        var unknown = await clinic.Send(HttpMethod.Post, $"{Staff}/password", new { password = NewPassword }, own.AccessToken);
        clinic.Clock.Advance(RequiresFreshSignIn.Window + TimeSpan.FromSeconds(1));
        var stale = await Change(clinic, own);

        Assert.Equal((401, "invalid_credentials"), (wrong.Status, wrong.Code));
        Assert.Equal((422, "password_too_short"), (weak.Status, weak.Code));
        Assert.Equal(400, unknown.Status);
        Assert.Equal((401, "fresh_sign_in_required"), (stale.Status, stale.Code));
        Assert.Equal(200, (await clinic.Login(Ann)).Status);
        await clinic.SendMails();
        Assert.Empty(clinic.Mails.Unread(Ann));
    }

    [Fact]
    public async Task Who_guesses_at_the_password_of_now_is_slowed_down_as_at_a_sign_in()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann);
        var own = await clinic.Login(Ann);

        var answers = new List<Answer>();
        for (var guess = 0; guess < 20; guess++) answers.Add(await Change(clinic, own, current: $"not the password at all {guess}"));

        Assert.Contains(answers, answer => (answer.Status, answer.Code) == (429, "too_many_attempts"));
    }

    [Fact]
    public async Task A_link_for_a_new_password_that_was_mailed_before_is_void()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann);
        await clinic.Send(HttpMethod.Post, $"{Staff}/forgot-password", new { email = Ann });
        var token = await clinic.Mails.NextToken(Ann);

        Assert.Equal(204, (await Change(clinic, await clinic.Login(Ann))).Status);
        var reset = await clinic.Send(HttpMethod.Post, $"{Staff}/reset-password", new { token, password = "a third long pass phrase" });

        Assert.Equal((400, "invalid_token"), (reset.Status, reset.Code));
        Assert.Equal(200, (await clinic.Login(Ann, NewPassword)).Status);
    }

    [Fact]
    public async Task Of_two_changes_at_the_same_moment_one_is_done()
    {
        await using var clinic = await TestClinic.Open(engine);
        await using var second = await TestClinic.Open(engine, besides: clinic);
        await clinic.AddUser(Ann);
        var (one, other) = (await clinic.Login(Ann), await second.Login(Ann));

        var answers = await Task.WhenAll(Change(clinic, one, to: "the first long pass phrase"), Change(second, other, to: "the second long pass phrase"));

        Assert.Equal([204, 401], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task A_program_has_no_password()
    {
        await using var clinic = await TestClinic.Open(engine);
        var made = (await clinic.Get<ServiceAccounts>().Add(
            AuditActor.Operator, TestClinic.North, new NewServiceAccount("Pump") { Id = "pump" }, default)).Value;
        var shown = new { clientId = made.ClientId, clientSecret = made.ClientSecret };
        var login = (await clinic.Send(HttpMethod.Post, $"{Staff}/login", shown)).Is(200);

        var changed = await Change(clinic, login, current: made.ClientSecret);

        Assert.Equal((401, "invalid_credentials"), (changed.Status, changed.Code));
        Assert.Equal(200, (await clinic.Send(HttpMethod.Post, $"{Staff}/login", shown)).Status);
    }

    private static Task<Answer> Change(
        TestClinic clinic, Answer by, string current = TestClinic.Password, string to = NewPassword, string door = Staff) =>
        clinic.Send(HttpMethod.Post, $"{door}/password", new { currentPassword = current, password = to }, by.AccessToken);
}

public sealed class OwnPasswordsOnSqlite() : OwnPasswordTests(Engine.Sqlite);

public sealed class OwnPasswordsOnPostgres() : OwnPasswordTests(Engine.Postgres);
