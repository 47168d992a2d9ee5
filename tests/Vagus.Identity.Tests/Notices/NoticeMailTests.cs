using Vagus.Access.Outgoing;
using Vagus.Identity.Administration;
using Vagus.Identity.Mail;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Notices;

/// <summary>A word by mail that something waits, and nothing of what.</summary>
public abstract class NoticeMailTests(Engine engine)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_message_that_was_not_read_for_two_minutes_is_told_by_one_mail_with_a_link_and_nothing_else()
    {
        await using var desk = await Desk.Open(engine);
        await desk.MessageComes();
        await desk.MessageComes();
        await desk.MessageComes("thread-2");

        await desk.After(Delay - TimeSpan.FromSeconds(1));
        Assert.Empty(desk.Clinic.Mails.Unread(Desk.Ann));
        desk.Clinic.Clock.Advance(TimeSpan.FromSeconds(1));
        var mail = await desk.Clinic.Mails.Next(Desk.Ann);
        await desk.Until(() => desk.Messages.Ends.Any(end => end.Outcome == NoticeOutcome.Sent));
        await desk.After(TimeSpan.FromHours(1));

        Assert.Equal("You have a new message", mail.Subject);
        Assert.Equal(
            "You have a new message. Sign in to read it:\n\nhttp://localhost:3000/\n\nYou can change these notices in your preferences.",
            mail.TextBody!.Trim().ReplaceLineEndings("\n"));
        Assert.Empty(desk.Clinic.Mails.Unread(Desk.Ann));
        Assert.Equal([("email", "Merged"), ("email", "Sent")], (await desk.Ended()).Order());
    }

    [Fact]
    public async Task A_message_that_was_read_meanwhile_is_not_told()
    {
        await using var desk = await Desk.Open(engine);
        await desk.MessageComes();

        desk.Messages.Read("thread-1");
        await desk.After(Delay);
        await desk.Until(() => !desk.Messages.Ends.IsEmpty);

        Assert.Empty(desk.Clinic.Mails.Unread(Desk.Ann));
        Assert.Equal([("email", "Dropped")], await desk.Ended());
    }

    [Fact]
    public async Task A_digest_tells_once_at_the_persons_nine_o_clock()
    {
        await using var desk = await Desk.Open(engine);
        // 08:00 UTC on 1 March 2026 is 03:00 in New York, whose clocks go on by an hour a week later.
        (await desk.Prefer(new { digest = new { enabled = true }, timeZone = "America/New_York" })).Is(200);
        await desk.MessageComes();
        await desk.MessageComes("thread-2");

        await desk.After(TimeSpan.FromHours(6) - TimeSpan.FromMinutes(1));
        Assert.Empty(desk.Clinic.Mails.Unread(Desk.Ann));
        desk.Clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        var mail = await desk.Clinic.Mails.Next(Desk.Ann);

        Assert.Equal("You have a new message", mail.Subject);
        await desk.Until(() => desk.Messages.Ends.Any(end => end.Outcome == NoticeOutcome.Sent));
        Assert.Empty(desk.Clinic.Mails.Unread(Desk.Ann));
    }

    [Fact]
    public async Task Quiet_hours_hold_back_a_message_and_not_an_alert()
    {
        await using var desk = await Desk.Open(engine);
        (await desk.Prefer(new { quietHours = new { from = "22:00", to = "08:30" }, timeZone = "UTC" })).Is(200);
        await desk.MessageComes();
        await desk.AlertComes("alert-1", NoticeChannel.Email);

        var alert = await desk.Clinic.Mails.Next(Desk.Ann);
        await desk.After(TimeSpan.FromMinutes(29));
        Assert.Equal("Urgent: an alert waits for you", alert.Subject);
        Assert.Empty(desk.Clinic.Mails.Unread(Desk.Ann));
        desk.Clinic.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("You have a new message", (await desk.Clinic.Mails.Next(Desk.Ann)).Subject);
    }

    [Fact]
    public async Task A_person_who_wants_no_mails_gets_alerts_alone_and_in_the_chosen_language()
    {
        await using var desk = await Desk.Open(engine);
        (await desk.Prefer(new { email = new { enabled = false }, language = "es" })).Is(200);

        await desk.MessageComes();
        await desk.AlertComes("alert-1", NoticeChannel.Email);
        await desk.After(Delay);

        var mail = await desk.Clinic.Mails.Next(Desk.Ann);
        Assert.Equal("Urgente: una alerta lo espera", mail.Subject);
        Assert.Empty(desk.Clinic.Mails.Unread(Desk.Ann));
    }

    [Fact]
    public async Task Nothing_goes_to_a_person_who_was_disabled_or_is_of_another_organization()
    {
        await using var desk = await Desk.Open(engine);
        await desk.Clinic.AddUser(Desk.Ann, tenant: TestClinic.South);
        await desk.MessageComes();

        await desk.Clinic.Get<ChangeUser>().Disable(TestClinic.North, desk.User, default);
        await desk.After(Delay);
        await desk.Until(() => !desk.Messages.Ends.IsEmpty);

        Assert.Empty(desk.Clinic.Mails.Unread(Desk.Ann));
    }

    [Fact]
    public async Task An_address_that_came_back_later_counts_as_refused_in_its_own_organization()
    {
        await using var desk = await Desk.Open(engine);
        await desk.Clinic.AddUser(Desk.Ann, tenant: TestClinic.South);
        await desk.Clinic.AddUser("relay@example.org", Role.Service);
        await desk.Clinic.AddUser("relay@example.org", Role.Service, TestClinic.South);
        var north = (await desk.Clinic.Login("relay@example.org", tenant: "north")).AccessToken;
        var south = (await desk.Clinic.Login("relay@example.org", tenant: "south")).AccessToken;
        object[] broken = [new { }, new { addresses = Array.Empty<string>() }, new { addresses = new[] { "none" } }, new { others = 1 }];
        foreach (var body in broken) (await Bounce(body, north)).Is(400);
        (await Bounce(new { addresses = new[] { Desk.Ann } }, desk.Session)).Is(403);
        (await Bounce(new { addresses = new[] { Desk.Ann, "unknown@example.org" } }, south)).Is(204);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, await Refused());

        (await Bounce(new { addresses = new[] { Desk.Ann.ToUpperInvariant() } }, north)).Is(204);
        await desk.MessageComes();
        await desk.After(Delay);
        await desk.Until(() => desk.Messages.Ends.Any(end => end.Outcome == NoticeOutcome.Dropped));

        Assert.Empty(desk.Clinic.Mails.Unread(Desk.Ann));
        Assert.Equal(System.Text.Json.JsonValueKind.String, await Refused());

        Task<Answer> Bounce(object body, string session) => desk.Clinic.Send(HttpMethod.Post, "/api/mail/bounces", body, session);

        async Task<System.Text.Json.JsonValueKind> Refused() => (await desk.Clinic.Get("/api/preferences", desk.Session))
            .Json.GetProperty("email").GetProperty("refusedAt").ValueKind;
    }

    [Fact]
    public async Task An_address_that_a_server_refuses_for_good_gets_no_notices_until_the_person_says_that_it_works()
    {
        await using var smtp = RealSmtp.Start();
        await using var desk = await Desk.Open(engine, options => options with { Mail = new MailOptions { Smtp = smtp.Address } });
        smtp.RefusesRecipients = true;
        await desk.MessageComes();
        await desk.After(Delay);
        await desk.Until(() => desk.Messages.Ends.Any(end => end.Outcome == NoticeOutcome.Refused));

        smtp.RefusesRecipients = false;
        await desk.MessageComes("thread-2");
        await desk.After(Delay);
        await desk.Until(() => desk.Messages.Ends.Any(end => end.Outcome == NoticeOutcome.Dropped));
        Assert.Empty(smtp.Taken);
        var shown = await desk.Clinic.Get("/api/preferences", desk.Session);
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, shown.Json.GetProperty("email").GetProperty("refusedAt").ValueKind);

        (await desk.Prefer(new { email = new { enabled = true } })).Is(200);
        await desk.MessageComes("thread-3");
        await desk.After(Delay);
        await desk.Until(() => !smtp.Taken.IsEmpty);
        Assert.Equal("You have a new message", smtp.Taken.Single().Subject);
    }
}

public sealed class NoticeMailsOnSqlite() : NoticeMailTests(Engine.Sqlite);

public sealed class NoticeMailsOnPostgres() : NoticeMailTests(Engine.Postgres);
