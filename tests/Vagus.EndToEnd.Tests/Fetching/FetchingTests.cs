using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Vagus.EndToEnd.Tests.Browsing;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Fetching;

/// <summary>How files and answers are sent: compressed where that is safe, remembered where that is right.</summary>
public sealed partial class FetchingTests(WrittenClinic clinic)
{
    private static readonly string[] Encodings = ["br", "gzip"];

    [Fact]
    public async Task The_sign_in_page_is_sent_compressed_and_its_files_may_be_kept_for_ever_but_the_page_may_not()
    {
        SkipWithoutApp();
        var server = await clinic.Server;
        using var http = Client(server);
        var page = await (await Get(http, "/", null)).Content.ReadAsStringAsync();
        var files = Files().Matches(page).Select(match => match.Groups["file"].Value).Append("/").ToArray();

        var plain = await Bytes(http, files, null);
        foreach (var encoding in Encodings)
        {
            var compressed = await Bytes(http, files, encoding);
            Figures.Say(Bytes("sign-in page", plain, compressed, encoding));
            Assert.True(compressed < plain / 3, $"{encoding}: {compressed} of {plain}");
        }

        foreach (var file in files)
        {
            using var answer = await Get(http, file, "br");
            Assert.Equal(file == "/" ? "no-cache" : "public, max-age=31536000, immutable", Header(answer, "Cache-Control"));
            Assert.Equal("Accept-Encoding", Header(answer, "Vary"));
        }
    }

    [Fact]
    public async Task A_file_of_another_version_is_missing_and_nobody_remembers_that()
    {
        SkipWithoutApp();
        var server = await clinic.Server;
        using var http = Client(server);

        using var answer = await Get(http, "/assets/SchedulePage-ofbefore.js", "br");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("no-store", Header(answer, "Cache-Control"));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_portal_is_its_own_app_with_its_own_files_and_a_page_of_it_is_its_index()
    {
        SkipWithoutApp();
        var server = await clinic.Server;
        using var http = Client(server);

        var staff = await (await Get(http, "/messages", null)).Content.ReadAsStringAsync();
        foreach (var path in new[] { "/portal", "/portal/", "/portal/messages/0199.a-thread", "/portal/activate" })
        {
            using var answer = await Get(http, path, null);
            var page = await answer.Content.ReadAsStringAsync();
            Assert.Equal("no-cache", Header(answer, "Cache-Control"));
            Assert.Contains("require-trusted-types-for 'script'", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
            Assert.NotEqual(staff, page);
            Assert.Contains("src=\"/portal/assets/", page, StringComparison.Ordinal);
        }

        var script = PortalFiles().Match(await (await Get(http, "/portal", null)).Content.ReadAsStringAsync()).Groups["file"].Value;
        using var file = await Get(http, script, "br");
        Assert.Equal("br", Assert.Single(file.Content.Headers.ContentEncoding));
        Assert.Equal("public, max-age=31536000, immutable", Header(file, "Cache-Control"));
        using var old = await Get(http, "/portal/assets/ThreadPage-ofbefore.js", null);
        Assert.Equal(HttpStatusCode.NotFound, old.StatusCode);
        using var near = await Get(http, "/portals", null);
        Assert.Equal(staff, await near.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/portal/")]
    public async Task Only_the_worker_that_draws_HEIC_may_compile_a_program(string app)
    {
        SkipWithoutApp();
        var server = await clinic.Server;
        using var http = Client(server);

        using var worker = await Get(http, $"{app}heic.js", "br");
        var decoder = Decoder().Match(await (await Get(http, $"{app}heic.js", null)).Content.ReadAsStringAsync()).Value;
        using var program = await Get(http, app + decoder, "br");
        using var page = await Get(http, app, null);
        using var script = await Get(http, $"{app}sw.js", null);

        Assert.Equal(HttpStatusCode.OK, worker.StatusCode);
        Assert.Equal("no-cache", Header(worker, "Cache-Control"));
        Assert.StartsWith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';", Policy(worker), StringComparison.Ordinal);
        Assert.Equal("application/wasm", program.Content.Headers.ContentType?.MediaType);
        Assert.Equal("br", Assert.Single(program.Content.Headers.ContentEncoding));
        Assert.All([program, page, script], answer => Assert.DoesNotContain("unsafe-eval", Policy(answer), StringComparison.Ordinal));
        using var licence = await Get(http, $"{app}heic.licence.txt", null);
        Assert.Contains("GNU LESSER GENERAL PUBLIC LICENSE", await licence.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_did_not_change_is_not_sent_again_and_each_form_has_its_own_tag()
    {
        SkipWithoutApp();
        var server = await clinic.Server;
        using var http = Client(server);
        using var first = await Get(http, "/", null);

        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var answer = await http.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        var script = Files().Match(await first.Content.ReadAsStringAsync()).Groups["file"].Value;
        using var plain = await Get(http, script, null);
        using var compressed = await Get(http, script, "br");
        Assert.NotEqual(plain.Headers.ETag, compressed.Headers.ETag);
    }

    [Fact]
    public async Task Answers_of_the_APIs_are_compressed_but_those_that_hold_credentials_are_not()
    {
        var server = await clinic.Server;
        using var http = Client(server);
        using var nurse = server.SignIn("nurse");
        var bearer = await nurse.Token();

        foreach (var encoding in Encodings)
        {
            using var plain = await Get(http, "/fhir/metadata", null, bearer);
            using var metadata = await Get(http, "/fhir/metadata", encoding, bearer);
            using var me = await Get(http, "/api/auth/me", encoding, bearer);
            using var signIn = await SignIn(http, server.Clinic["nurse"], encoding);

            Assert.Equal(encoding, Assert.Single(metadata.Content.Headers.ContentEncoding));
            Assert.Empty(me.Content.Headers.ContentEncoding);
            Assert.Empty(signIn.Content.Headers.ContentEncoding);
            var before = (await plain.Content.ReadAsByteArrayAsync()).Length;
            var after = (await metadata.Content.ReadAsByteArrayAsync()).Length;
            Figures.Say(Bytes("capability statement", before, after, encoding));
            Assert.True(after < before / 4, $"{after} of {before}");
        }
    }

    private static HttpClient Client(RunningServer server) =>
        new(new SocketsHttpHandler { UseCookies = false, AutomaticDecompression = DecompressionMethods.None })
        {
            BaseAddress = new Uri(server.Url),
        };

    private static string Bytes(string what, int plain, int compressed, string encoding) =>
        string.Create(CultureInfo.InvariantCulture, $"{what}: {plain} bytes as it is, {compressed} bytes with {encoding}");

    private static async Task<HttpResponseMessage> Get(HttpClient http, string path, string? encoding, string? bearer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (encoding is not null) request.Headers.AcceptEncoding.ParseAdd(encoding);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return await http.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> SignIn(HttpClient http, Person person, string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login");
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        var credentials = $$"""{"email":"{{person.Email}}","password":"{{person.Password}}"}""";
        request.Content = new StringContent(credentials, Encoding.UTF8, "application/json");
        return await http.SendAsync(request);
    }

    private static async Task<int> Bytes(HttpClient http, IEnumerable<string> files, string? encoding)
    {
        var total = 0;
        foreach (var file in files)
        {
            using var answer = await Get(http, file, encoding);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            total += (await answer.Content.ReadAsByteArrayAsync()).Length;
        }

        return total;
    }

    private static string Policy(HttpResponseMessage answer) => Header(answer, "Content-Security-Policy");

    private static string Header(HttpResponseMessage answer, string name) => string.Join(", ", answer.Headers.NonValidated[name]);

    private static void SkipWithoutApp()
    {
        var index = Path.Combine(Path.GetDirectoryName(Programs.Server)!, "wwwroot", "staff", "index.html");
        if (!File.Exists(index)) Assert.Skip("The server was built without the staff app.");
    }

    [GeneratedRegex("(?:src|href)=\"(?<file>/assets/[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Files();

    [GeneratedRegex("assets/libheif-[^\"'`]+[.]wasm", RegexOptions.None, 1000)]
    private static partial Regex Decoder();

    [GeneratedRegex("src=\"(?<file>/portal/assets/[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex PortalFiles();
}
