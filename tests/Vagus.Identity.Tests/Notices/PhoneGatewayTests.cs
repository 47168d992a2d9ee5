using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Vagus.Access.Outgoing;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Identity.Tests.Notices;

/// <summary>The sample of a gateway to phones takes what the server sends, once, and nothing that the server has not signed.</summary>
public sealed class PhoneGatewayTests
{
    private static readonly string Secret = new('s', 32);

    [Fact]
    public async Task The_sample_takes_what_the_server_signed_and_prints_it_once()
    {
        var sent = await Sent();
        using var gateway = Gateway.Start(oldest: long.MaxValue.ToString(CultureInfo.InvariantCulture));
        if (gateway is null) Assert.Skip("Node.js is not installed");
        var address = await gateway.Line();

        var first = await Post(address, sent, sent.Body);
        var again = await Post(address, sent, sent.Body);
        var altered = await Post(address, sent, [.. sent.Body, (byte)' ']);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.Unauthorized), (first, again, altered));
        Assert.Equal("+15551234567", JsonElement.Parse(await gateway.Line()).GetProperty("to").GetString());
        Assert.Equal("", await gateway.Rest());
    }

    [Fact]
    public async Task The_sample_refuses_what_was_signed_long_ago()
    {
        var sent = await Sent();
        using var gateway = Gateway.Start(oldest: "1");
        if (gateway is null) Assert.Skip("Node.js is not installed");

        Assert.Equal(HttpStatusCode.Unauthorized, await Post(await gateway.Line(), sent, sent.Body));
    }

    private static async Task<Received> Sent()
    {
        await using var desk = await Desk.Open(Engine.Sqlite);
        (await desk.Prefer(new { sms = new { enabled = true, phone = "+15551234567" } })).Is(200);
        await desk.AlertComes("alert-1", NoticeChannel.Sms);
        await desk.Until(() => desk.Alerts.Ends.Count == 1);
        return Assert.Single(desk.Phone.Taken);
    }

    private static async Task<HttpStatusCode> Post(string address, Received sent, byte[] body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        foreach (var name in (string[])["Vagus-Signature", "Idempotency-Key"]) request.Headers.Add(name, sent.Headers[name]);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>The sample as a process.</summary>
    private sealed class Gateway(Process process) : IDisposable
    {
        /// <summary>Null where Node is not installed.</summary>
        public static Gateway? Start(string oldest)
        {
            var sample = Path.Combine(Sources.Root, "samples", "javascript", "phone-gateway.mjs");
            var start = new ProcessStartInfo("node", [sample]) { RedirectStandardOutput = true };
            (start.Environment["SECRET"], start.Environment["PORT"], start.Environment["OLDEST_SECONDS"]) = (Secret, "0", oldest);
            try
            {
                return Process.Start(start) is { } process ? new Gateway(process) : null;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }

        public async Task<string> Line() =>
            await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException("It ended.");

        /// <summary>What it has printed until it is ended.</summary>
        public async Task<string> Rest()
        {
            process.Kill();
            return await process.StandardOutput.ReadToEndAsync();
        }

        public void Dispose()
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
    }
}
