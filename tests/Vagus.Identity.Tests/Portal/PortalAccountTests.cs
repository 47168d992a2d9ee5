using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Tests.Portal;

/// <summary>From the invitation to a signed-in patient.</summary>
public abstract class PortalAccountTests(Engine engine)
{
    private const string Portal = "/api/patient-portal/auth";
    private const string BirthDate = "1980-02-29";
    private const string Password = "twelve yellow tractors";

    [Fact]
    public async Task An_invited_patient_activates_the_account_and_signs_in_from_then_on()
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);

        var invited = await Invite(clinic, staff, "p1");
        var token = await clinic.Mails.NextToken("pat@example.org");
        var activated = await Activate(clinic, token);

        Assert.Equal(201, invited.Status);
        Assert.False(invited.Json.TryGetProperty("code", out _));
        Assert.Equal(200, activated.Status);
        var me = await clinic.Get($"{Portal}/me", activated.AccessToken);
        Assert.Equal("p1", me.Json.GetProperty("user").GetProperty("patientId").GetString());
        Assert.Equal("patient", me.Json.GetProperty("user").GetProperty("role").GetString());
        Assert.Equal(200, (await Login(clinic)).Status);
        Assert.Equal(401, (await clinic.Login("pat@example.org", Password)).Status);
    }

    [Fact]
    public async Task A_code_on_paper_opens_the_account_and_the_address_is_proven_by_a_mail_of_its_own()
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);
        var invited = await Invite(clinic, staff, "p1", deliver: "code");
        Assert.Equal(200, (await Activate(clinic, invited.Json.GetProperty("code").GetString()!)).Status);
        var verification = await clinic.Mails.NextToken("pat@example.org");

        await Forget(clinic, "pat@example.org");
        Assert.Equal(204, (await Post(clinic, "verify-email", new { token = verification })).Status);
        Assert.Equal(400, (await Post(clinic, "verify-email", new { token = verification })).Status);
        await Forget(clinic, "pat@example.org");

        var reset = await clinic.Mails.NextToken("pat@example.org");
        Assert.Equal(204, (await Post(clinic, "reset-password", new { token = reset, password = "another long pass phrase" })).Status);
        Assert.DoesNotContain("#token=", (await clinic.Mails.Next("pat@example.org")).TextBody!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mail")]
    [InlineData("code")]
    public async Task A_patient_is_written_to_in_the_language_of_the_record_until_it_chooses_another(string deliver)
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);
        clinic.Patients.Add(TestClinic.North, "p1", BirthDate, language: "es-MX");
        var invited = await Invite(clinic, staff, "p1", deliver: deliver == "mail" ? null : "code");
        // By mail it is the invitation, by code the mail that proves the address.
        var token = deliver == "mail" ? await Spanish("abrir una cuenta") : invited.Json.GetProperty("code").GetString()!;
        var session = (await Activate(clinic, token)).AccessToken;
        if (deliver == "code") await Post(clinic, "verify-email", new { token = await Spanish("confirmar su dirección") });
        Assert.Equal("es", (await clinic.Get("/api/patient-portal/preferences", session)).Json.GetProperty("language").GetString());
        await Forget(clinic, "pat@example.org");
        await Spanish("contraseña nueva");

        Assert.Equal(200, (await clinic.Send(HttpMethod.Put, "/api/patient-portal/preferences", new { language = "en" }, session)).Status);
        await Forget(clinic, "pat@example.org");

        Assert.Contains("choose a new password", (await clinic.Mails.Next("pat@example.org")).TextBody!, StringComparison.Ordinal);

        async Task<string> Spanish(string text)
        {
            var mail = await clinic.Mails.Next("pat@example.org");
            Assert.Contains(text, mail.TextBody!, StringComparison.Ordinal);
            Assert.Equal("Un mensaje sobre su cuenta", mail.Subject);
            return MailBox.TokenIn(mail);
        }
    }

    [Fact]
    public async Task A_token_opens_one_account_once_also_when_it_is_shown_many_times_at_once()
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);
        await Invite(clinic, staff, "p1");
        var token = await clinic.Mails.NextToken("pat@example.org");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Activate(clinic, token)));

        Assert.Equal([200, 400, 400, 400], answers.Select(answer => answer.Status).Order());
        Assert.Equal(400, (await Activate(clinic, token)).Status);
    }

    [Fact]
    public async Task Two_invitations_that_are_good_at_once_open_one_account_of_the_patient()
    {
        await using var clinic = await TestClinic.Open(engine);
        await using var second = await TestClinic.Open(engine, besides: clinic);
        var staff = await Staff(clinic);
        for (var round = 0; round < 6; round++)
        {
            var patient = $"twice-{round}";
            string[] boxes = [$"one{round}@example.org", $"two{round}@example.org"];
            clinic.Patients.Add(TestClinic.North, patient, BirthDate);
            foreach (var box in boxes) Assert.Equal(201, (await Invite(clinic, staff, patient, box)).Status);
            string[] tokens = [await clinic.Mails.NextToken(boxes[0]), await clinic.Mails.NextToken(boxes[1])];
            // As two processes that invite at once would leave them.
            await clinic.Get<GroupCommit>().Write<int>(
                TestClinic.North, async (write, cancel) => await write.Execute(MakeGood, [patient], cancel), default);

            var answers = await Task.WhenAll(Activate(clinic, tokens[0]), Activate(second, tokens[1]));

            Assert.Equal([200, 400], answers.Select(answer => answer.Status).Order());
        }
    }

    [Fact]
    public async Task Five_wrong_birth_dates_void_the_invitation_also_side_by_side()
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);
        await Invite(clinic, staff, "p1");
        var token = await clinic.Mails.NextToken("pat@example.org");

        var wrong = await Task.WhenAll(Enumerable.Range(1, 5).Select(day => Activate(clinic, token, $"1980-01-0{day}")));

        Assert.All(wrong, answer => Assert.Equal((400, "invalid_token"), (answer.Status, answer.Code)));
        Assert.Equal((400, "invalid_token"), Facts(await Activate(clinic, token)));
    }

    [Fact]
    public async Task A_wrong_birth_date_is_answered_as_a_token_that_does_not_exist()
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);
        await Invite(clinic, staff, "p1");
        var token = await clinic.Mails.NextToken("pat@example.org");

        var wrong = await Activate(clinic, token, "1980-02-28");
        var unknown = await Activate(clinic, new string('A', 43));

        Assert.Equal(unknown.Text, wrong.Text);
        Assert.Equal(200, (await Activate(clinic, token)).Status);
    }

    [Fact]
    public async Task A_weak_password_does_not_use_the_invitation_up()
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);
        await Invite(clinic, staff, "p1");
        var token = await clinic.Mails.NextToken("pat@example.org");

        Assert.Equal("password_too_short", (await Activate(clinic, token, password: "short")).Code);

        Assert.Equal(200, (await Activate(clinic, token)).Status);
    }

    [Fact]
    public async Task A_newer_invitation_voids_the_older_one_and_each_ends_after_seven_days()
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);
        await Invite(clinic, staff, "p1");
        var older = await clinic.Mails.NextToken("pat@example.org");
        await Invite(clinic, staff, "p1");
        var newer = await clinic.Mails.NextToken("pat@example.org");

        Assert.Equal(400, (await Activate(clinic, older)).Status);
        clinic.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(400, (await Activate(clinic, newer)).Status);
    }

    [Fact]
    public async Task An_invitation_needs_a_patient_within_reach_with_a_birth_date_and_no_account_yet()
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);
        clinic.Patients.Add(TestClinic.North, "labelled", labelled: true);
        clinic.Patients.Add(TestClinic.North, "undated", birthDate: "1980");
        clinic.Patients.Add(TestClinic.North, "p2");
        await clinic.AddUser("other@example.org", Role.Patient, patient: "p9");

        Assert.Equal((404, "patient_not_found"), Facts(await Invite(clinic, staff, "nobody")));
        Assert.Equal((404, "patient_not_found"), Facts(await Invite(clinic, staff, "labelled")));
        Assert.Equal((422, "birth_date_missing"), Facts(await Invite(clinic, staff, "undated")));
        Assert.Equal((409, "email_taken"), Facts(await Invite(clinic, staff, "p2", email: "Other@example.org")));
        Assert.Equal((422, "invalid_email"), Facts(await Invite(clinic, staff, "p2", email: "a@b\r\nBcc: c@d")));
        Assert.Equal((400, "invalid_field"), Facts(await Invite(clinic, staff, "p2", deliver: "pigeon")));
        await Invite(clinic, staff, "p1");
        await Activate(clinic, await clinic.Mails.NextToken("pat@example.org"));
        Assert.Equal((409, "portal_account_exists"), Facts(await Invite(clinic, staff, "p1", email: "new@example.org")));
    }

    [Theory]
    [InlineData(Role.Lab)]
    [InlineData(Role.Billing)]
    [InlineData(Role.Driver)]
    [InlineData(Role.Service)]
    [InlineData(Role.Patient)]
    public async Task Other_roles_invite_nobody(Role role)
    {
        await using var clinic = await TestClinic.Open(engine);
        clinic.Patients.Add(TestClinic.North, "p1");
        await clinic.AddUser("x@example.org", role, patient: role == Role.Patient ? "p1" : null);
        var login = await clinic.Login("x@example.org", path: role == Role.Patient ? $"{Portal}/login" : "/api/auth/login");

        Assert.Equal(403, (await Invite(clinic, login, "p1")).Status);
    }

    [Theory]
    [InlineData("north", "south")]
    [InlineData("south", "north")]
    public async Task The_other_tenants_patients_cannot_be_invited_and_the_account_is_the_inviting_tenants(string own, string other)
    {
        await using var clinic = await TestClinic.Open(engine);
        clinic.Patients.Add(new TenantId(own), "mine");
        clinic.Patients.Add(new TenantId(other), "theirs");
        await clinic.AddUser("ann@example.org", tenant: new TenantId(own));
        var staff = await clinic.Login("ann@example.org");

        Assert.Equal(404, (await Invite(clinic, staff, "theirs")).Status);
        Assert.Equal(201, (await Invite(clinic, staff, "mine")).Status);
        var activated = await Activate(clinic, await clinic.Mails.NextToken("pat@example.org"));

        Assert.Equal(own, activated.Json.GetProperty("user").GetProperty("tenant").GetString());
        Assert.Equal(401, (await clinic.Login("pat@example.org", Password, other, $"{Portal}/login")).Status);
    }

    [Fact]
    public async Task A_field_that_is_not_known_is_refused_by_name()
    {
        await using var clinic = await TestClinic.Open(engine);
        var staff = await Staff(clinic);

        var answer = await clinic.Send(
            HttpMethod.Post, "/api/patients/p1/portal-invitation", new { email = "a@b.org", tenant = "south" }, staff.AccessToken);

        Assert.Equal((400, "unknown_field"), Facts(answer));
    }

    private static readonly Statement MakeGood = new("update access_one_time set used_at = null where subject = @subject");

    private static (int Status, string Code) Facts(Answer answer) => (answer.Status, answer.Code);

    private static async Task<Answer> Staff(TestClinic clinic)
    {
        clinic.Patients.Add(TestClinic.North, "p1", BirthDate);
        await clinic.AddUser("desk@example.org", Role.FrontDesk);
        return await clinic.Login("desk@example.org");
    }

    private static Task<Answer> Invite(
        TestClinic clinic, Answer by, string patient, string email = "pat@example.org", string? deliver = null) =>
        clinic.Send(
            HttpMethod.Post, $"/api/patients/{patient}/portal-invitation",
            deliver is null ? new { email } : (object)new { email, deliver }, by.AccessToken);

    private static Task<Answer> Activate(TestClinic clinic, string token, string birthDate = BirthDate, string password = Password) =>
        Post(clinic, "activate", new { token, birthDate, password });

    private static Task<Answer> Login(TestClinic clinic) => clinic.Login("pat@example.org", Password, path: $"{Portal}/login");

    private static async Task Forget(TestClinic clinic, string email)
    {
        Assert.Equal(202, (await Post(clinic, "forgot-password", new { email })).Status);
        await clinic.SendMails();
    }

    private static Task<Answer> Post(TestClinic clinic, string path, object body) =>
        clinic.Send(HttpMethod.Post, $"{Portal}/{path}", body);
}

public sealed class PortalAccountsOnSqlite() : PortalAccountTests(Engine.Sqlite);

public sealed class PortalAccountsOnPostgres() : PortalAccountTests(Engine.Postgres);
