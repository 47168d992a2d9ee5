using System.Net;
using System.Text;
using Vagus.SocketIO.Conformance.Tests.Echo;

namespace Vagus.SocketIO.Conformance.Tests.Wire;

internal sealed record Answer(HttpStatusCode Status, string Body, string? ContentType, string? CacheControl)
{
    internal static async Task<Answer> ReadAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.CacheControl?.ToString());
    }
}

/// <summary>An Engine.IO session over HTTP long-polling.</summary>
internal sealed class PollingClient
{
    internal const char Separator = '\x1e';

    private readonly EchoServer _server;

    private PollingClient(EchoServer server, OpenPacket opened)
    {
        _server = server;
        Opened = opened;
    }

    internal OpenPacket Opened { get; }

    internal string Query => $"EIO=4&transport=polling&sid={Opened.Sid}";

    internal static async Task<PollingClient> OpenEngineAsync(EchoServer server)
    {
        var answer = await RequestAsync(server, HttpMethod.Get, "EIO=4&transport=polling");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return new PollingClient(server, OpenPacket.Parse(answer.Body));
    }

    /// <summary>Connected to the main namespace, its greeting read.</summary>
    internal static async Task<PollingClient> ConnectAsync(EchoServer server)
    {
        var client = await OpenEngineAsync(server);
        await client.SendAsync("40");
        var packets = await client.PollUntilAsync("42[\"auth\",{}]");
        Assert.StartsWith("40{\"sid\"", packets[0], StringComparison.Ordinal);
        return client;
    }

    internal static async Task<Answer> RequestAsync(
        EchoServer server, HttpMethod method, string query, HttpContent? body = null, CancellationToken cancel = default)
    {
        using HttpRequestMessage request = new(method, new Uri($"/socket.io/?{query}", UriKind.Relative)) { Content = body };
        return await Answer.ReadAsync(server.Http.SendAsync(request, cancel));
    }

    internal Task<Answer> PollAsync(CancellationToken cancel = default) => RequestAsync(_server, HttpMethod.Get, Query, cancel: cancel);

    internal Task<Answer> PostAsync(string body, string contentType = "text/plain") =>
        RequestAsync(_server, HttpMethod.Post, Query, new StringContent(body, Encoding.UTF8, contentType));

    internal async Task SendAsync(params string[] packets)
    {
        var answer = await PostAsync(string.Join(Separator, packets));
        Assert.Equal((HttpStatusCode.OK, "ok"), (answer.Status, answer.Body));
    }

    /// <summary>Polls until the given packet has come, answering pings; returns everything read without pings and noops.</summary>
    internal async Task<List<string>> PollUntilAsync(string last)
    {
        List<string> packets = [];
        while (!packets.Contains(last))
        {
            var answer = await PollAsync();
            Assert.True(
                answer.Status == HttpStatusCode.OK,
                $"Expected {last}, got {(int)answer.Status} {answer.Body} after {string.Join(' ', packets)}.");
            var read = answer.Body.Split(Separator);
            if (read.Contains("2")) await SendAsync("3");
            packets.AddRange(read.Where(packet => packet is not ("2" or "6")));
        }
        return packets;
    }

    internal async Task ExpectStillServedAsync()
    {
        await SendAsync("42[\"message\",\"still here\"]");
        await PollUntilAsync("42[\"message-back\",\"still here\"]");
    }

    /// <summary>The session is gone: its id means nothing any more.</summary>
    internal async Task ExpectGoneAsync()
    {
        var answer = await PollAsync();
        var isFarewell = answer.Status is HttpStatusCode.OK && answer.Body.Split(Separator).All(packet => packet is "1" or "6" or "2");
        if (isFarewell) answer = await PollAsync();
        Assert.True(answer.Status is HttpStatusCode.BadRequest, $"Expected no session, got {(int)answer.Status} {answer.Body}.");
    }
}
