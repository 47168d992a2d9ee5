using System.Text;
using MailKit.Security;
using MimeKit;
using Vagus.Identity.Delivering;
using Vagus.Identity.Mail;
using Vagus.Identity.Notices;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Tests.Mail;

/// <summary>The queue of mails and its way to a real SMTP server.</summary>
public abstract class MailTests(Engine engine)
{
    private const string Secret = "a-secret-that-opens-an-account";

    private static readonly Statement Queue = new(
        "select recipient, sealed_token, attempts from access_delivery where ended_at is null order by queued_at");

    [Fact]
    public async Task A_mail_reaches_a_real_server_with_the_constant_subject_and_a_link_to_the_configured_address()
    {
        await using var smtp = RealSmtp.Start();
        await using var clinic = await Open(engine, smtp.Address);

        await Add(clinic, MailKind.PatientReset);
        await clinic.SendMails();

        var mail = await Taken(smtp, clinic);
        Assert.Equal("A message about your account", mail.Subject);
        Assert.Equal(["pat@example.org"], mail.To.Mailboxes.Select(box => box.Address));
        Assert.Contains($"https://clinic.example/portal/reset-password#token={Secret}", mail.TextBody!, StringComparison.Ordinal);
        Assert.Empty(await Waiting(clinic));
    }

    [Fact]
    public async Task A_mail_waits_while_the_server_is_away_and_is_sent_when_it_is_back()
    {
        var port = FreePort.Take();
        await using var clinic = await Open(engine, new Uri($"smtp://127.0.0.1:{port}"));
        await Add(clinic, MailKind.PatientReset);
        await Until(async () =>
        {
            await clinic.SendMails();
            return (await Waiting(clinic)) is [{ Attempts: 1 }];
        });
        await using var smtp = RealSmtp.Start(port);

        await clinic.SendMails();
        Assert.Empty(smtp.Taken);
        clinic.Clock.Advance(EndDelivery.FirstPause + TimeSpan.FromMinutes(4));

        Assert.Equal(["pat@example.org"], (await Taken(smtp, clinic)).To.Mailboxes.Select(box => box.Address));
        Assert.Empty(await Waiting(clinic));
    }

    [Fact]
    public async Task A_mail_that_was_put_off_is_tried_again_and_one_that_was_refused_is_not()
    {
        await using var smtp = RealSmtp.Start();
        await using var clinic = await Open(engine, smtp.Address);
        smtp.PutOff = 1;
        await Add(clinic, MailKind.PatientReset);
        await Until(async () =>
        {
            await clinic.SendMails();
            return (await Waiting(clinic)) is [{ Attempts: 1 }];
        });
        clinic.Clock.Advance(EndDelivery.FirstPause + TimeSpan.FromMinutes(4));
        await Taken(smtp, clinic);

        smtp.RefusesRecipients = true;
        await Add(clinic, MailKind.PatientReset);

        await Until(async () =>
        {
            await clinic.SendMails();
            return (await Waiting(clinic)).Count == 0;
        });
        Assert.Single(smtp.Taken);
    }

    [Fact]
    public async Task A_mail_is_given_up_when_its_link_is_no_longer_good()
    {
        await using var clinic = await Open(engine, new Uri($"smtp://127.0.0.1:{FreePort.Take()}"));
        await Add(clinic, MailKind.PatientReset);

        clinic.Clock.Advance(TimeSpan.FromMinutes(31));

        await Until(async () =>
        {
            await clinic.SendMails();
            return (await Waiting(clinic)).Count == 0;
        });
    }

    [Fact]
    public async Task Two_processes_send_one_mail_once()
    {
        await using var smtp = RealSmtp.Start();
        await using var clinic = await Open(engine, smtp.Address);
        await using var second = await Open(engine, smtp.Address, clinic);
        for (var number = 0; number < 10; number++) await Add(clinic, MailKind.PasswordChanged);

        await Task.WhenAll(clinic.SendMails(), second.SendMails());
        await Until(async () => (await Waiting(clinic)).Count == 0);

        Assert.Equal(10, smtp.Taken.Select(mail => mail.MessageId).Distinct().Count());
        Assert.Equal(10, smtp.Taken.Count);
    }

    [Fact]
    public async Task A_write_that_is_undone_sends_nothing()
    {
        await using var clinic = await TestClinic.Open(engine);

        await clinic.Get<GroupCommit>().Write<int>(
            TestClinic.North,
            (write, _) =>
            {
                clinic.Get<QueueMail>().Add(write, MailKind.PasswordChanged, "pat@example.org");
                return ValueTask.FromResult<Result<int>>(new Refusal(RefusalKind.Conflict, "no", "No."));
            },
            default);

        Assert.Empty(await Waiting(clinic));
    }

    [Fact]
    public async Task The_token_of_a_waiting_mail_cannot_be_read_in_the_database()
    {
        await using var clinic = await Open(engine, new Uri($"smtp://127.0.0.1:{FreePort.Take()}"));
        await Add(clinic, MailKind.PatientReset);

        var waiting = Assert.Single(await Waiting(clinic));

        Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(waiting.Sealed!), StringComparison.Ordinal);
    }

    private static Task<TestClinic> Open(Engine engine, Uri smtp, TestClinic? besides = null) => TestClinic.Open(
        engine,
        new IdentityOptions { PasswordIterations = 10, Issuer = "https://clinic.example", Mail = new MailOptions { Smtp = smtp } },
        besides: besides);

    private static async Task Add(TestClinic clinic, MailKind kind)
    {
        var added = await clinic.Get<GroupCommit>().Write<bool>(
            TestClinic.North,
            (write, _) =>
            {
                (string, DateTimeOffset)? token = kind == MailKind.PasswordChanged ? null : (Secret, write.At + TimeSpan.FromMinutes(30));
                clinic.Get<QueueMail>().Add(write, kind, "pat@example.org", token);
                return ValueTask.FromResult<Result<bool>>(true);
            },
            default);
        Assert.False(added.IsRefused);
    }

    private static async Task<MimeMessage> Taken(RealSmtp smtp, TestClinic clinic)
    {
        MimeMessage? mail = null;
        await Until(async () =>
        {
            await clinic.SendMails();
            return smtp.Taken.TryPeek(out mail) && (await Waiting(clinic)).Count == 0;
        });
        return mail!;
    }

    private static async Task<List<(string Recipient, byte[]? Sealed, long Attempts)>> Waiting(TestClinic clinic) =>
        await clinic.Get<Database>().Query(
            Queue,
            [],
            row => (row.GetString(0), row.IsDBNull(1) ? null : (byte[])row.GetValue(1), row.GetInt64(2)),
            default);

    private static async Task Until(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(20, limit.Token);
    }
}

public sealed class MailOnSqlite() : MailTests(Engine.Sqlite);

public sealed class MailOnPostgres() : MailTests(Engine.Postgres);

/// <summary>The encryption of the way to the server, and what no mail may say.</summary>
public sealed class SmtpDeliveryTests
{
    [Theory]
    [InlineData("smtp://mail.example.org:587", SecureSocketOptions.StartTls)]
    [InlineData("smtp://10.0.0.7:25", SecureSocketOptions.StartTls)]
    [InlineData("smtp://127.0.0.1:25", SecureSocketOptions.None)]
    [InlineData("smtp://localhost:25", SecureSocketOptions.None)]
    [InlineData("smtps://localhost:465", SecureSocketOptions.SslOnConnect)]
    public void Only_a_server_on_this_machine_gets_mail_in_the_clear(string server, SecureSocketOptions expected) =>
        Assert.Equal(expected, SmtpDelivery.SecurityOf(new Uri(server)));

    [Fact]
    public async Task A_server_that_offers_no_tls_gets_nothing_where_tls_is_asked_for()
    {
        await using var smtp = RealSmtp.Start();
        var delivery = new SmtpDelivery(new MailOptions(), smtp.Address);

        await Assert.ThrowsAsync<NotSupportedException>(() => delivery.Deliver(Message(), SecureSocketOptions.StartTls, default));

        Assert.Empty(smtp.Taken);
    }

    [Fact]
    public async Task A_server_whose_certificate_no_client_trusts_gets_nothing()
    {
        await using var smtp = RealSmtp.Start(offersTls: true);
        var delivery = new SmtpDelivery(new MailOptions(), smtp.Address);

        await Assert.ThrowsAsync<SslHandshakeException>(() => delivery.Deliver(Message(), SecureSocketOptions.StartTls, default));

        Assert.Empty(smtp.Taken);
    }

    [Fact]
    public void Every_kind_of_mail_is_the_same_for_all_people_and_organizations()
    {
        foreach (var kind in Enum.GetValues<MailKind>())
        {
            var text = MailText.Of(kind);

            Assert.Same(text, MailText.Named(text.Name));
        }
    }

    [Fact]
    public void Every_language_that_a_person_may_choose_has_every_mail_and_none_has_more()
    {
        Assert.Equal(NoticePreferences.Languages.Order(), MailWords.Languages.Keys.Order());
        var names = Enum.GetValues<MailKind>().Select(kind => MailText.Of(kind).Name).Order().ToList();
        foreach (var (language, words) in MailWords.Languages)
        {
            Assert.Equal(names, words.Bodies.Keys.Order());
            foreach (var (name, body) in words.Bodies)
            {
                Assert.Equal(MailText.Named(name).Page is null ? 0 : 1, body.Count(letter => letter == MailWords.Link));
                if (language != NoticePreferences.DefaultLanguage) Assert.NotEqual(MailWords.In("en").Bodies[name], body);
            }
        }

        Assert.Equal(MailWords.Languages.Count, MailWords.Languages.Values.Select(words => words.Subject).Distinct().Count());
        Assert.Same(MailWords.In("en"), MailWords.In("xx"));
    }

    [Theory]
    [InlineData("http://mail.example.org", null, null)]
    [InlineData("smtp://user:secret@mail.example.org", null, null)]
    [InlineData("smtp://mail.example.org", "user", null)]
    public void A_setting_that_cannot_be_meant_stops_the_start(string server, string? user, string? password) =>
        Assert.Throws<InvalidOperationException>(
            () => new MailOptions { Smtp = new Uri(server), User = user, Password = password }.Validate());

    private static MimeMessage Message()
    {
        var mail = new MimeMessage { Body = new TextPart("plain") { Text = "x" } };
        mail.From.Add(MailboxAddress.Parse("a@example.org"));
        mail.To.Add(MailboxAddress.Parse("b@example.org"));
        return mail;
    }
}
