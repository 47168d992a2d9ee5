using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Vagus.Access.Tests.Audit.Proving.ObjectStore;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Faults;

/// <summary>The S3 server that holds the files is gone for a while, and then does not move.</summary>
public sealed class UnreachableFilesTests
{
    private const string Patient = """{"resourceType":"Patient","id":"p1","name":[{"family":"Files"}]}""";
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[40_000]];
    private static readonly Statement CountFiles = new("select count(*) from access_file");

    [Fact]
    public async Task Facts_are_written_while_S3_is_gone_or_slow_and_a_file_is_kept_as_a_whole_or_refused()
    {
        await using var s3 = await S3Server.Start();
        await using var relay = new TcpRelay(s3.Address.Port);
        await using var server = await RunningServer.Start(Engine.Sqlite, new Dictionary<string, string>
        {
            ["VAGUS_FILES_S3"] = "s3://anchors/files",
            ["VAGUS_FILES_S3_ENDPOINT"] = relay.Instead(s3.Address.ToString()),
            ["AWS_ACCESS_KEY_ID"] = "S3RVER",
            ["AWS_SECRET_ACCESS_KEY"] = "S3RVER",
            ["AWS_REGION"] = "us-east-1",
        });
        using var nurse = server.SignIn("nurse");
        using var http = new HttpClient { BaseAddress = new Uri(server.Url), Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await nurse.Token());
        using var author = server.SignIn("service");
        Assert.True((await author.Put("/fhir/Patient/p1", Patient)).Succeeded);
        var first = await Upload(http);
        Assert.Equal(HttpStatusCode.Created, first.Status);

        relay.Cut();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "files_unreachable"), Code(await Upload(http)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Download(http, first)).Status);
        await Write(author, 5);
        Assert.True((await nurse.Get("/health/ready")).Succeeded);

        relay.Mend();
        Assert.Equal(HttpStatusCode.OK, (await Download(http, first)).Status);
        relay.Hold();
        var slow = Upload(http);
        await Write(author, 20);
        Assert.False(slow.IsCompleted, "The file was kept though S3 had not answered.");
        relay.Resume();

        var second = await slow;
        Assert.Equal(HttpStatusCode.Created, second.Status);
        Assert.Equal(Pdf, await http.GetByteArrayAsync(new Uri($"/api/files/{(string)second.Json["id"]!}", UriKind.Relative)));
        Assert.Equal(2, await server.Data.Database.QueryOne(CountFiles, [], row => row.GetInt64(0), default));
    }

    private static async Task Write(SignedIn author, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var answer = await author.Post("/fhir/Patient", Patient.Replace("\"id\":\"p1\",", "", StringComparison.Ordinal));
            Assert.True(answer.Succeeded, answer.Text);
        }
    }

    private static async Task<Answer> Upload(HttpClient http)
    {
        using var content = new ByteArrayContent(Pdf);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var answer = await http.PostAsync(new Uri("/api/files/patient-documents?patientId=p1", UriKind.Relative), content);
        return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<Answer> Download(HttpClient http, Answer uploaded)
    {
        using var answer = await http.GetAsync(new Uri($"/api/files/{(string)uploaded.Json["id"]!}", UriKind.Relative));
        return new Answer(answer.StatusCode, "");
    }

    private static (HttpStatusCode Status, string? Code) Code(Answer answer) =>
        (answer.Status, (string?)(JsonNode.Parse(answer.Text)?["code"]));
}
