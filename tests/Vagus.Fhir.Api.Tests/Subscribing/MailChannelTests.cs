using System.Text;
using System.Text.Json;
using MimeKit;
using Vagus.Fhir.Api.Tests.Auditing;
using Vagus.Fhir.Subscribing;
using Vagus.Identity.Administration;
using Vagus.Identity.Mail;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>The channel email: a real mail server gets words that something waits, and nothing of what.</summary>
public abstract class MailChannelTests(Engine engine) : ClockedServerTests(engine)
{
    private const string Address = "person1@example.org";
    private const string Attached = "text/plain;attach=application/fhir+json";
    private readonly RealSmtp smtp = RealSmtp.Start();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await smtp.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override FhirServer NewServer() => new SubscriptionServer(Engine, Clock)
    {
        Identity = new HousePlan().Identity with { Mail = new MailOptions { Smtp = smtp.Address } },
    };

    [Fact]
    public async Task A_mail_says_that_events_wait_with_their_numbers_and_nothing_else()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(Form(desk));
        await desk.Observe("o1");
        await Mails(2);

        await desk.Observe("o2");
        await desk.Observe("o3");
        await Counted(desk, id, 3);
        Clock.Advance(MailChannel.Pause - TimeSpan.FromSeconds(1));
        // Another subscription's handshake shows that the sender has looked.
        await desk.Subscribe(Form(desk));
        Assert.Equal(3, smtp.Taken.Count);
        Clock.Advance(TimeSpan.FromSeconds(2));
        var mails = await Mails(4);

        Assert.All(mails, mail => Assert.Equal((Address, "Something new waits for you"), (mail.To.Mailboxes.Single().Address, mail.Subject)));
        Assert.Equal(
            $"This address was named for notices of subscription {id}. If you do not expect them, tell your organization.", TextOf(mails[0]));
        Assert.Equal(
            $"Something new waits for you: subscription {id}, events 1-1. Sign in to see it:\n\nhttp://localhost:3000/", TextOf(mails[1]));
        Assert.Contains($"subscription {id}, events 2-3.", TextOf(mails[3]), StringComparison.Ordinal);
        Assert.All(mails, mail => Assert.Empty(mail.Attachments));
        foreach (var word in new[] { "Observation", "Patient", "718-7", "loinc", "resource-changed" })
            Assert.All(mails, mail => Assert.DoesNotContain(word, mail.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.Equal(4, mails.Select(mail => mail.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task A_notification_is_attached_where_it_is_asked_for_and_has_references_at_most()
    {
        await using var desk = await Desk.Open(Server);
        await desk.Subscribe(Form(desk, "id-only", Attached));
        await desk.Observe("o1");

        var bundle = JsonElement.Parse(AttachmentOf((await Mails(2))[1]));

        var entry = Assert.Single(bundle.GetProperty("entry").EnumerateArray());
        Assert.Contains($"{desk.BaseUrl}/Observation/o1\"", entry.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("718-7", bundle.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("Observation/o1/1", (await AuditedAccess.Of(desk.Clinic))
            .Where(each => each.Action == "subscription-notify").SelectMany(each => each.Shown));
    }

    [Fact]
    public async Task A_mail_that_was_put_off_is_sent_again_with_the_same_id()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(Form(desk));
        smtp.PutOff = 1;
        await desk.Observe("o1");
        await Desk.Until(async () => (await Row(desk, id)).Attempts == 1, "the attempt is not recorded");
        Assert.Single(smtp.Taken);

        Clock.Advance(EndNotification.FirstPause);

        Assert.Contains("events 1-1.", TextOf((await Mails(2))[1]), StringComparison.Ordinal);
        await Desk.Until(async () => (await Row(desk, id)) is { Attempts: 0, Delivered: 1 }, "the mail is not recorded");
    }

    [Fact]
    public async Task A_subscription_is_in_error_when_the_address_takes_no_mails_or_its_person_has_left()
    {
        await using var desk = await Desk.Open(Server);
        var leaving = await Server.House.Add(new NewUser(desk.Clinic.Tenant, "leaving@example.org", "Somebody", Role.Nurse));
        var refused = await desk.Subscribe(Form(desk));
        var left = await desk.Subscribe(Form(desk, endpoint: "mailto:leaving@example.org"));
        await Mails(2);
        await Server.Get<ChangeUser>().Disable(desk.Clinic.Tenant, leaving, CancellationToken.None);
        smtp.RefusesRecipients = true;

        await desk.Observe("o1");

        await desk.Becomes(refused, "error");
        await desk.Becomes(left, "error");
        Assert.Equal(2, smtp.Taken.Count);
    }

    [Theory]
    [InlineData("full-resource", "text/plain", "", "Subscription.channel.payload")]
    [InlineData("full-resource", Attached, "", "Subscription.channel.payload")]
    [InlineData("id-only", "text/plain", "", "Subscription.channel.payload")]
    [InlineData("empty", "application/fhir+json", "", "Subscription.channel.payload")]
    [InlineData("empty", "text/plain", ",\"header\":[\"Subject: Potassium\"]", "Subscription.channel.header")]
    [InlineData("empty", "text/plain", "heartbeat", "Subscription.channel.extension")]
    [InlineData("empty", "text/plain", "secret", "Subscription.channel.extension")]
    [InlineData("empty", "text/plain", "mailto:", "Subscription.channel.endpoint")]
    [InlineData("empty", "text/plain", "person1@example.org", "Subscription.channel.endpoint")]
    [InlineData("empty", "text/plain", "https://example.org", "Subscription.channel.endpoint")]
    [InlineData("empty", "text/plain", "mailto:person1@example.org?subject=Potassium", "Subscription.channel.endpoint")]
    [InlineData("empty", "text/plain", "mailto:person1@example.org,other@example.org", "Subscription.channel.endpoint")]
    [InlineData("empty", "text/plain", "mailto:nobody@example.org", "Subscription.channel.endpoint")]
    [InlineData("empty", "text/plain", "mailto:patient@example.org", "Subscription.channel.endpoint")]
    [InlineData("empty", "text/plain", "mailto:south@example.org", "Subscription.channel.endpoint")]
    public async Task What_is_not_mailed_is_refused_with_its_element(string content, string payload, string wrong, string expression)
    {
        await using var desk = await Desk.Open(Server);
        await using var south = await Desk.Open(Server);
        await Server.House.Add(new NewUser(south.Clinic.Tenant, "south@example.org", "Somebody", Role.Nurse));
        var patient = new NewUser(desk.Clinic.Tenant, "patient@example.org", "Somebody", Role.Patient) { Patient = new PatientId("p") };
        await Server.House.Add(patient);
        var (channel, endpoint) = wrong switch
        {
            "heartbeat" => (Desk.ChannelExtension("backport-heartbeat-period", "valueUnsignedInt", 60), null),
            "secret" => (""","extension":[{"url":"signature-secret","valueString":"a-secret-of-some-length"}]""", null),
            "" => ("", null),
            _ when wrong.StartsWith(',') => (wrong, (string?)null),
            _ => ("", wrong),
        };

        var answer = (await desk.Owner.Create(Form(desk, content, payload, endpoint, channel))).Is(400);

        Assert.Equal(expression, answer.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
        Assert.Empty(smtp.Taken);
    }

    private static string Form(
        Desk desk, string content = "empty", string payload = "text/plain", string? endpoint = null, string channel = "") =>
        desk.Form(content: content, payload: payload, endpoint: endpoint ?? $"mailto:{Address}", channel: channel, type: "email");

    private static string TextOf(MimeMessage mail) => mail.TextBody!.Trim().ReplaceLineEndings("\n");

    private static string AttachmentOf(MimeMessage mail)
    {
        var part = Assert.IsType<MimePart>(Assert.Single(mail.Attachments));
        Assert.Equal("application/fhir+json", part.ContentType.MimeType);
        using var content = new MemoryStream();
        part.Content!.DecodeTo(content);
        return Encoding.UTF8.GetString(content.ToArray());
    }

    private async Task<List<MimeMessage>> Mails(int count)
    {
        await Desk.Until(() => Task.FromResult(smtp.Taken.Count >= count), $"{smtp.Taken.Count} of {count} mails came");
        return [.. smtp.Taken];
    }

    private Task Counted(Desk desk, string id, long count) =>
        Desk.Until(async () => (await Row(desk, id)).Events == count, $"{count} events are not counted");

    private async Task<SubscriptionRow> Row(Desk desk, string id) =>
        await Server.Get<Database>().QueryOne(
            SubscriptionTables.Find, [desk.Clinic.Tenant.Value, id], SubscriptionRow.Of, CancellationToken.None)
        ?? throw new InvalidOperationException("There is no such subscription.");
}

public sealed class MailChannelOnSqlite() : MailChannelTests(Engine.Sqlite);

public sealed class MailChannelOnPostgres() : MailChannelTests(Engine.Postgres);
