using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Vagus.Access.Outgoing;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Identity.Tests.Notices;

/// <summary>Web Push, text messages and calls, to real servers.</summary>
public abstract class ChannelTests(Engine engine)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_browser_gets_a_push_message_that_it_alone_can_open_and_that_says_nothing_of_what_waits()
    {
        await using var desk = await Desk.Open(engine);
        using var browser = await desk.Subscribes();
        await desk.MessageComes();

        desk.Clinic.Clock.Advance(Delay);
        await desk.Until(() => !desk.Push.Taken.IsEmpty);

        var received = desk.Push.Taken.Single();
        var content = browser.Opened(received.Body);
        Assert.Equal("aes128gcm", received.Headers["Content-Encoding"]);
        Assert.InRange(int.Parse(received.Headers["TTL"], System.Globalization.CultureInfo.InvariantCulture), 1, 3 * 24 * 3600);
        Assert.Matches("^[A-Za-z0-9_-]{32}$", received.Headers["Topic"]);
        Assert.Equal(
            ("message", "You have a new message", "Sign in to read it.", "/"),
            (Text(content, "kind"), Text(content, "title"), Text(content, "body"), Text(content, "url")));
        Assert.Equal(["id", "kind", "title", "body", "url", "tag"], content.EnumerateObject().Select(field => field.Name));
        await SignedBy((await desk.Clinic.Get("/api/push/key", desk.Session)).Json.GetProperty("publicKey").GetString()!, received);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_subscription_that_the_push_service_does_not_know_any_more_ends(int status)
    {
        await using var desk = await Desk.Open(engine);
        using var browser = await desk.Subscribes();
        desk.Push.Answers.Enqueue(status);
        await desk.MessageComes();
        desk.Clinic.Clock.Advance(Delay);
        await desk.Until(() => desk.Messages.Ends.Any(end => end is { Channel: NoticeChannel.Push, Outcome: NoticeOutcome.Refused }));

        await desk.MessageComes("thread-2");
        await desk.After(Delay);
        await desk.Until(() => desk.Messages.Ends.Count(end => end.Channel == NoticeChannel.Email) == 2);

        Assert.Single(desk.Push.Taken);
    }

    [Fact]
    public async Task A_subscription_that_its_person_ends_gets_nothing_and_a_browser_belongs_to_who_subscribed_last()
    {
        await using var desk = await Desk.Open(engine);
        using var browser = new Browser();
        var body = browser.Subscription(new Uri(desk.Push.Address, "/push/1"));
        await desk.Clinic.AddUser("bob@example.org");
        var bob = (await desk.Clinic.Login("bob@example.org")).AccessToken;

        var first = await desk.Clinic.Send(HttpMethod.Post, "/api/push/subscriptions", body, desk.Session);
        var second = await desk.Clinic.Send(HttpMethod.Post, "/api/push/subscriptions", body, bob);
        var gone = $"/api/push/subscriptions/{first.Json.GetProperty("id").GetString()}";
        var mine = $"/api/push/subscriptions/{second.Json.GetProperty("id").GetString()}";

        Assert.Equal((201, 201), (first.Status, second.Status));
        Assert.Equal(404, (await desk.Clinic.Send(HttpMethod.Delete, gone, bearer: desk.Session)).Status);
        Assert.Equal(404, (await desk.Clinic.Send(HttpMethod.Delete, mine, bearer: desk.Session)).Status);
        Assert.Equal(204, (await desk.Clinic.Send(HttpMethod.Delete, mine, bearer: bob)).Status);
        await desk.MessageComes();
        await desk.After(Delay);
        await desk.Until(() => !desk.Messages.Ends.IsEmpty);
        Assert.Empty(desk.Push.Taken);
    }

    [Theory]
    [InlineData("http://push.example.org/1")]
    [InlineData("https://user@push.example.org/1")]
    [InlineData("ftp://push.example.org/1")]
    [InlineData("push")]
    public async Task A_subscription_whose_address_may_not_be_asked_is_refused(string endpoint)
    {
        await using var desk = await Desk.Open(engine);
        using var browser = new Browser();
        var keys = JsonSerializer.SerializeToElement(browser.Subscription(desk.Push.Address)).GetProperty("keys");

        var answer = await desk.Clinic.Send(HttpMethod.Post, "/api/push/subscriptions", new { endpoint, keys }, desk.Session);

        Assert.Equal((400, "invalid_field"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_push_service_in_the_own_network_is_never_asked()
    {
        await using var desk = await Desk.Open(
            engine, options => options with { Notices = options.Notices with { PushOnPrivateNetwork = false } });
        using var browser = new Browser();
        var endpoint = new UriBuilder(desk.Push.Address) { Scheme = "https" }.Uri;
        var added = await desk.Clinic.Send(HttpMethod.Post, "/api/push/subscriptions", browser.Subscription(endpoint), desk.Session);
        await desk.AlertComes("alert-1", NoticeChannel.Push);

        await desk.Clinic.SendMails();
        desk.Clinic.Clock.Advance(TimeSpan.FromMinutes(11));
        await desk.Until(() => desk.Alerts.Ends.Any(end => end.Outcome == NoticeOutcome.GivenUp));

        Assert.Equal(201, added.Status);
        Assert.Empty(desk.Push.Taken);
    }

    [Fact]
    public async Task The_gateway_gets_text_messages_and_calls_signed_and_without_anything_of_a_patient()
    {
        await using var desk = await Desk.Open(engine);
        (await desk.Prefer(new { sms = new { enabled = true, phone = "+15551234567" } })).Is(200);
        await desk.AlertComes("alert-1", NoticeChannel.Sms, NoticeChannel.Voice);

        await desk.Until(() => desk.Alerts.Ends.Count == 2);

        var requests = desk.Phone.Taken.OrderBy(each => Text(JsonElement.Parse(each.Body), "channel"), StringComparer.Ordinal).ToList();
        Assert.Equal(["sms", "voice"], requests.Select(each => Text(JsonElement.Parse(each.Body), "channel")));
        foreach (var each in requests)
        {
            var body = JsonElement.Parse(each.Body);
            var signature = each.Headers["Vagus-Signature"].Split(',', '=');
            byte[] signed = [.. Encoding.ASCII.GetBytes($"{signature[1]}."), .. each.Body];
            Assert.Equal(
                Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(new string('s', 32)), signed)), signature[3]);
            Assert.Equal(
                desk.Clinic.Clock.GetUtcNow().ToUnixTimeSeconds(),
                long.Parse(signature[1], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(Text(body, "id"), each.Headers["Idempotency-Key"]);
            Assert.Equal(("+15551234567", "alert", "north"), (Text(body, "to"), Text(body, "kind"), Text(body, "tenant")));
            Assert.DoesNotContain("alert-1", Encoding.UTF8.GetString(each.Body), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_the_gateway_does_not_take_is_tried_again_after_twice_as_long_and_what_it_refuses_is_not()
    {
        await using var desk = await Desk.Open(engine);
        (await desk.Prefer(new { sms = new { enabled = true, phone = "+15551234567" } })).Is(200);
        foreach (var status in (int[])[503, 429]) desk.Phone.Answers.Enqueue(status);
        await desk.AlertComes("alert-1", NoticeChannel.Sms);
        await desk.Until(() => desk.Phone.Taken.Count == 1);
        await desk.After(TimeSpan.FromSeconds(9));
        Assert.Single(desk.Phone.Taken);

        await desk.After(TimeSpan.FromSeconds(2));
        await desk.Until(() => desk.Phone.Taken.Count == 2);
        await desk.After(TimeSpan.FromSeconds(21));
        await desk.Until(() => desk.Alerts.Ends.Any(end => end.Outcome == NoticeOutcome.Sent));
        Assert.Equal(3, desk.Phone.Taken.Count);
        Assert.Single(desk.Phone.Taken.Select(each => each.Headers["Idempotency-Key"]).Distinct());

        desk.Phone.Answers.Enqueue(422);
        await desk.AlertComes("alert-2", NoticeChannel.Sms);
        await desk.Until(() => desk.Alerts.Ends.Any(end => end.Outcome == NoticeOutcome.Refused));
        await desk.After(TimeSpan.FromMinutes(5));
        Assert.Equal(4, desk.Phone.Taken.Count);
    }

    private static async Task SignedBy(string publicKey, Received received)
    {
        var parts = received.Headers["Authorization"].Replace("vapid t=", "", StringComparison.Ordinal).Split(", k=");
        var point = Base64UrlEncoder.DecodeBytes(publicKey);
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] },
        });
        var checkedToken = await new JsonWebTokenHandler().ValidateTokenAsync(parts[0], new TokenValidationParameters
        {
            IssuerSigningKey = new ECDsaSecurityKey(key),
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = true,
        });

        Assert.True(checkedToken.IsValid, checkedToken.Exception?.Message);
        Assert.Equal(publicKey, parts[1]);
        Assert.StartsWith("http://127.0.0.1", Assert.IsType<string>(checkedToken.Claims["aud"]), StringComparison.Ordinal);
        Assert.Equal("mailto:no-reply@localhost", checkedToken.Claims["sub"]);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}

public sealed class ChannelsOnSqlite() : ChannelTests(Engine.Sqlite);

public sealed class ChannelsOnPostgres() : ChannelTests(Engine.Postgres);
