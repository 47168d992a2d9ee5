namespace Vagus.Server.Tests.Edge;

/// <summary>
/// Requests whose end two readers could see at different places (RFC 9112, 11.2), and requests that are none. Each is answered once, or
/// its connection is closed; what follows in the same bytes is never taken for a request.
/// </summary>
public sealed class SmugglingTests : IAsyncLifetime
{
    /// <summary>Closes the connection if it is taken for a request.</summary>
    private const string Hidden = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private const string Post = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    private const string Get = "GET /health/live HTTP/1.1\r\n";
    private TestServer server = null!;

    private static readonly Dictionary<string, (string Bytes, int[] Statuses)> Corpus = new(StringComparer.Ordinal)
    {
        ["two lengths that differ"] = ($"{Post}Content-Length: 2\r\nContent-Length: 0\r\n\r\n{{}}{Hidden}", [400]),
        ["two lengths in one line"] = ($"{Post}Content-Length: 2, 0\r\n\r\n{{}}{Hidden}", [400]),
        ["a length below zero"] = ($"{Post}Content-Length: -1\r\n\r\n{Hidden}", [400]),
        ["a length in hexadecimal"] = ($"{Post}Content-Length: 0x2\r\n\r\n{{}}{Hidden}", [400]),
        ["a length beyond 64 bits"] = ($"{Post}Content-Length: 99999999999999999999\r\n\r\n{Hidden}", [400]),
        ["an unknown coding"] = ($"{Post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{Hidden}", [400]),
        ["a coding after chunked"] = ($"{Post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{Hidden}", [400]),
        ["a second line of codings"] =
            ($"{Post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{Hidden}", [400]),
        ["a space before the colon"] = ($"{Post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{Hidden}", [400]),
        ["a tab before the colon"] = ($"{Post}Content-Length\t: 2\r\n\r\n{{}}{Hidden}", [400]),
        ["a folded line"] = ($"{Post}X: a\r\n Content-Length: 2\r\n\r\n{{}}{Hidden}", [400]),
        ["a chunk extension with a line feed alone"] = ($"{Post}Transfer-Encoding: chunked\r\n\r\n2;\n{{}}\r\n0\r\n\r\n{Hidden}", [400]),
        ["a chunk's size with a sign"] = ($"{Post}Transfer-Encoding: chunked\r\n\r\n+2\r\n{{}}\r\n0\r\n\r\n{Hidden}", [400]),
        ["a chunk's size with 0x"] = ($"{Post}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{{}}\r\n0\r\n\r\n{Hidden}", [400]),
        ["a chunk's size beyond 64 bits"] =
            ($"{Post}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{{}}\r\n0\r\n\r\n{Hidden}", [400]),
        ["a chunk that is longer than its size"] = ($"{Post}Transfer-Encoding: chunked\r\n\r\n1\r\n{{}}\r\n0\r\n\r\n{Hidden}", [400]),
        ["lines that end with a line feed alone"] = ("GET /health/live HTTP/1.1\nHost: x\n\n" + Hidden, [400]),
        ["one line that ends with a line feed alone"] = ($"{Get}Host: x\nX: y\r\n\r\n{Hidden}", [400]),
        ["a line that ends with a carriage return alone"] = ($"{Get}Host: x\rX: y\r\n\r\n{Hidden}", [400]),
        ["no host"] = ($"{Get}\r\n{Hidden}", [400]),
        ["two hosts"] = ($"{Get}Host: x\r\nHost: y\r\n\r\n{Hidden}", [400]),
        ["a host that is none"] = ($"{Get}Host: x/y?z\r\n\r\n{Hidden}", [400]),
        ["another host in the request line"] = ($"GET http://evil.example/health/live HTTP/1.1\r\nHost: x\r\n\r\n{Hidden}", [400]),
        ["a zero byte in a header"] = ($"{Get}Host: x\r\nX: a\0b\r\n\r\n{Hidden}", [400]),
        ["a zero byte in the path"] = ($"GET /health/live%00 HTTP/1.1\r\nHost: x\r\n\r\n{Hidden}", [400]),
        ["a header without a name"] = ($"{Get}Host: x\r\n: y\r\n\r\n{Hidden}", [400]),
        ["a header without a colon"] = ($"{Get}Host: x\r\nnothing\r\n\r\n{Hidden}", [400]),
        ["no version"] = ($"GET /health/live\r\n\r\n{Hidden}", [400]),
        ["a version that does not exist"] = ($"GET /health/live HTTP/9.9\r\nHost: x\r\n\r\n{Hidden}", [505]),
        ["a line of nine kilobytes"] = ($"GET /{new string('a', 9 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n{Hidden}", [414]),
        ["a header of twenty kilobytes"] = ($"{Get}Host: x\r\nX: {new string('a', 20 * 1024)}\r\n\r\n{Hidden}", [431]),
        ["a hundred headers"] =
            ($"{Get}Host: x\r\n{string.Concat(Enumerable.Range(0, 100).Select(n => $"X-{n}: y\r\n"))}\r\n{Hidden}", [431]),
        ["a body beyond the limit"] = ($"{Post}Content-Length: 5000000\r\n\r\n{{", [413]),
        ["a coding and a length"] = ($"{Post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{Hidden}", [400]),
    };

    public static TheoryData<string> Cases => [.. Corpus.Keys];

    public async ValueTask InitializeAsync() => server = await TestServer.Start();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_answered_once_and_the_connection_is_closed(string name)
    {
        var (bytes, statuses) = Corpus[name];

        var answer = await RawHttp.Exchange(server, bytes);

        Assert.Equal(statuses, answer.Statuses);
        Assert.Equal([200], (await RawHttp.Exchange(server, Hidden)).Statuses);
    }

    /// <summary>Kestrel reads a length with a sign as the number that it is. It stays in step: one answer for each request.</summary>
    [Fact]
    public async Task A_length_with_a_plus_sign_hides_no_request()
    {
        var answer = await RawHttp.Exchange(server, $"{Post}Content-Length: +2\r\n\r\n{{}}{Hidden}");

        Assert.Equal(2, answer.Statuses.Count);
        Assert.Equal(200, answer.Statuses[1]);
    }

    [Fact]
    public async Task A_preface_of_http_2_or_an_upgrade_to_it_is_no_way_around()
    {
        var preface = await RawHttp.Exchange(server, $"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{Hidden}");
        var upgrade = await RawHttp.Exchange(
            server, $"{Get}Host: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n{Hidden}");

        Assert.DoesNotContain(200, preface.Statuses);
        Assert.Equal([200, 200], upgrade.Statuses);
    }

    [Fact]
    public async Task A_request_is_not_echoed()
    {
        var answer = await RawHttp.Exchange(server, "TRACE /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Secret: canary\r\n\r\n");

        Assert.DoesNotContain("canary", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(200, answer.Statuses);
    }

    /// <summary>A path's dots are resolved before routing, so a proxy that allows paths by their beginning is no boundary.</summary>
    [Fact]
    public async Task Dots_in_a_path_lead_to_the_endpoint_that_they_name_and_its_own_rule()
    {
        var answer = await RawHttp.Exchange(server, "GET /health/%2e%2e/fhir/Patient HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.Equal([401], answer.Statuses);
    }

    [Fact]
    public async Task A_client_that_sends_nothing_more_is_closed_or_told_so()
    {
        var header = RawHttp.Exchange(server, $"{Get}Host: x\r\nX: y");
        var body = RawHttp.Exchange(server, $"{Post}Content-Length: 1000\r\n\r\n{{");
        var chunk = RawHttp.Exchange(server, $"{Post}Transfer-Encoding: chunked\r\n\r\n5\r\n{{");

        Assert.Equal([408], (await header).Statuses);
        Assert.Equal([408], (await body).Statuses);
        Assert.Equal([408], (await chunk).Statuses);
    }
}
