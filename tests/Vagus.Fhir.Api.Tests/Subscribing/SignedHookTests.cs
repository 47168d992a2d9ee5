using System.Security.Cryptography;
using System.Text;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Notifications that are signed with a secret of the receiver's.</summary>
public abstract class SignedHookTests(SubscriptionServer server)
{
    private const string Secret = "a-secret-of-the-receiver";

    [Fact]
    public async Task Each_request_is_signed_with_the_secret_that_is_shown_to_nobody()
    {
        await using var desk = await Desk.Open(server);
        var created = (await desk.Owner.Create(desk.Form(channel: Extension(Secret)))).Is(201);
        await desk.Becomes(created.Id, "active");
        await desk.Observe("o");
        await desk.Numbers(1);
        var read = (await desk.Owner.Get($"Subscription/{created.Id}")).Is(200);

        (await desk.Owner.Put($"Subscription/{created.Id}", read.Text)).Is(200);
        await desk.Notified(2, "handshake");

        Assert.All(desk.Receiver.Taken, request => Assert.True(IsSigned(request, Secret)));
        Assert.All(desk.Receiver.Taken, request => Assert.False(IsSigned(request, "another-secret-of-it")));
        Assert.DoesNotContain(
            desk.Receiver.Taken.SelectMany(request => request.Headers.Values), value => value.Contains(Secret, StringComparison.Ordinal));
        var admin = await desk.Clinic.Admin();
        foreach (var path in new[] { "", "/_history", "/_history/1" })
            Assert.DoesNotContain(Secret, (await admin.Get($"Subscription/{created.Id}{path}")).Is(200).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, created.Text, StringComparison.Ordinal);
        Assert.Contains("\"signature-secret\",\"valueString\":\"(withheld)\"", read.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_signed()
    {
        await using var desk = await Desk.Open(server);

        await desk.Subscribe(desk.Form());

        Assert.DoesNotContain("Vagus-Signature", desk.Taken("handshake")[0].Request.Headers.Keys);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("a secret with many blanks")]
    [InlineData("(withheld)")]
    public async Task A_secret_that_protects_nothing_is_refused(string secret)
    {
        await using var desk = await Desk.Open(server);

        var answer = (await desk.Owner.Create(desk.Form(channel: Extension(secret)))).Is(400);

        Assert.Equal("Subscription.channel.extension", answer.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
    }

    [Fact]
    public async Task Two_secrets_a_header_of_its_name_and_a_secret_of_a_websocket_are_refused()
    {
        await using var desk = await Desk.Open(server);
        var two = desk.Form(channel: Extension(Secret, Secret));
        var header = desk.Form(channel: $",\"header\":[\"(signature-secret): {Secret}\"]");
        var socket = desk.SocketForm(channel: Extension(Secret));

        foreach (var form in new[] { two, header, socket })
        {
            var refused = (await desk.Owner.Create(form)).Is(400);
            Assert.DoesNotContain(Secret, refused.Text, StringComparison.Ordinal);
        }
    }

    private static string Extension(params string[] secrets) =>
        $",\"extension\":[{string.Join(',', secrets.Select(each => $"{{\"url\":\"signature-secret\",\"valueString\":{Sample.Json(each)}}}"))}]";

    private static bool IsSigned(Received request, string secret)
    {
        var parts = request.Headers["Vagus-Signature"].Split(',').Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{parts["t"]}."), .. request.Body];
        return parts["v1"] == Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
    }
}

public sealed class SignedHookOnSqlite(SqliteSubscriptionServer server) : SignedHookTests(server);

public sealed class SignedHookOnPostgres(PostgresSubscriptionServer server) : SignedHookTests(server);
