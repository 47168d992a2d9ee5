using Vagus.Identity.Mail;
using Vagus.Identity.SecondFactors;
using Vagus.Identity.Tests.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Tests.Mail;

/// <summary>
/// A user is told by mail of every change of what the account is opened with.
/// </summary>
public abstract class AccountMailTests(Engine engine)
{
    private const string Ann = "ann@example.org";
    private static readonly Statement Unverify = new("update access_user set email_verified_at = null where email = @email");

    [Fact]
    public async Task Each_change_of_the_factors_and_recovery_codes_is_told_once_and_names_nobody()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann);
        var session = (await clinic.Login(Ann)).AccessToken;

        var app = await clinic.EnrolApp(session);
        await Told(clinic, "An authenticator app was added");
        using var key = new SoftAuthenticator();
        await clinic.EnrolPasskey(key, session);
        await Told(clinic, "A passkey was added");
        var codes = FactorClient.CodesIn(await clinic.Post("/factors/recovery-codes", bearer: session));
        await Told(clinic, "New recovery codes were made");
        var owed = await clinic.Login(Ann);
        var signedIn = await clinic.Post("/login/second-factor", new { challenge = owed.Challenge(), recoveryCode = codes[0] });
        Assert.Equal(200, signedIn.Status);
        await Told(clinic, "A recovery code was used");
        Assert.Equal(204, (await clinic.Delete($"/factors/{app.Id}", session)).Status);
        await Told(clinic, "A second factor was removed");
    }

    [Fact]
    public async Task A_reset_of_the_factors_is_told_when_it_is_asked_for_and_when_it_is_done()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser(Ann);
        await clinic.AddUser("admin@example.org", Role.Admin);
        await clinic.EnrolApp((await clinic.Login(Ann)).AccessToken);
        await Told(clinic, "An authenticator app was added");
        var admin = (await clinic.Login("admin@example.org")).AccessToken;

        for (var time = 0; time < 2; time++)
        {
            var asked = await clinic.Send(HttpMethod.Post, $"/api/admin/users/{ann.Value}/factor-reset", bearer: admin);
            Assert.Equal(202, asked.Status);
        }

        await Told(clinic, "in 24 hours");
        clinic.Clock.Advance(ResetFactors.Delay);
        await clinic.Get<ResetFactors>().ApplyDue(default);
        await Told(clinic, "All second factors of your account were removed");
        Assert.Empty(clinic.Mails.Unread("admin@example.org"));
    }

    [Fact]
    public async Task A_mail_is_in_the_language_that_its_person_has_chosen()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann);
        await clinic.AddUser(Ann, tenant: TestClinic.South);
        var session = (await clinic.Login(Ann, tenant: "north")).AccessToken;
        await clinic.Send(HttpMethod.Put, "/api/preferences", new { language = "es" }, session);

        foreach (var tenant in new[] { "north", "south" })
            await clinic.Send(HttpMethod.Post, "/api/auth/forgot-password", new { email = Ann, tenant });
        await clinic.SendMails();

        var mails = new[] { await clinic.Mails.Next(Ann), await clinic.Mails.Next(Ann) };
        Assert.Equal(["A message about your account", "Un mensaje sobre su cuenta"], mails.Select(mail => mail.Subject).Order());
        Assert.Single(mails, mail => mail.TextBody!.Contains("contraseña nueva", StringComparison.Ordinal));
        Assert.All(mails, mail => Assert.NotEmpty(MailBox.TokenIn(mail)));
    }

    [Fact]
    public async Task What_was_refused_and_what_concerns_an_address_that_was_not_verified_is_not_told()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann);
        var session = (await clinic.Login(Ann)).AccessToken;

        var offer = await clinic.Post("/factors/totp", new { name = "Phone" }, session);
        await clinic.Post($"/factors/totp/{offer.Json.GetProperty("id").GetString()}/confirmation", new { code = "000000" }, session);
        await clinic.Delete("/factors/unknown", session);
        await clinic.Get<GroupCommit>().Write<int>(
            TestClinic.North, async (write, token) => await write.Execute(Unverify, [Ann], token), default);
        await clinic.EnrolApp(session);

        await clinic.SendMails();
        Assert.Empty(clinic.Mails.Unread(Ann));
    }

    /// <summary>This mail and no other, with nothing in it that belongs to a person or an organization.</summary>
    private static async Task Told(TestClinic clinic, string text)
    {
        var mail = await clinic.Mails.Next(Ann);
        await clinic.SendMails();
        Assert.Empty(clinic.Mails.Unread(Ann));
        Assert.Equal(MailWords.In("en").Subject, mail.Subject);
        Assert.Contains(text, mail.TextBody!, StringComparison.Ordinal);
        foreach (var name in new[] { "Somebody", "North", "ann", "http" })
            Assert.DoesNotContain(name, mail.TextBody!, StringComparison.OrdinalIgnoreCase);
    }
}

public sealed class AccountMailsOnSqlite() : AccountMailTests(Engine.Sqlite);

public sealed class AccountMailsOnPostgres() : AccountMailTests(Engine.Postgres);
