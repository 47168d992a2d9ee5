using System.Net;
using System.Net.Http.Headers;
using Vagus.Access.Tests.Audit.Proving.ObjectStore;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>The files of a server on its disk move to S3 by the operator's command, and are served from there.</summary>
public sealed class FileCommandTests
{
    private const string Patient = """{"resourceType":"Patient","id":"p1","name":[{"family":"Files"}]}""";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[40_000]];

    [Fact]
    public async Task Files_of_a_disk_are_served_from_S3_after_the_copy_and_a_missing_one_is_named()
    {
        await using var s3 = await S3Server.Start();
        var settings = new Dictionary<string, string>
        {
            ["VAGUS_FILES_S3"] = "s3://anchors/files",
            ["VAGUS_FILES_S3_ENDPOINT"] = s3.Address.ToString(),
            ["AWS_ACCESS_KEY_ID"] = "S3RVER",
            ["AWS_SECRET_ACCESS_KEY"] = "S3RVER",
            ["AWS_REGION"] = "us-east-1",
        };
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var nurse = server.SignIn("nurse");
        using var author = server.SignIn("service");
        Assert.True((await author.Put("/fhir/Patient/p1", Patient)).Succeeded);
        var ids = new List<string>();
        for (var number = 0; number < 3; number++) ids.Add(await Upload(server, nurse));

        var copied = await Copy(server.Data, settings);
        Assert.Contains("3 compared, 3 of them copied now", copied, StringComparison.Ordinal);
        Assert.Contains("every one of 3 files has its content", copied, StringComparison.Ordinal);
        Assert.Equal(0, await server.Process.Stop(Limit));
        await server.StartAgain([], settings);

        foreach (var id in ids) Assert.Equal(HttpStatusCode.OK, (await nurse.Get($"/api/files/{id}")).Status);
        Assert.Contains("3 compared, 0 of them copied now", await Copy(server.Data, settings), StringComparison.Ordinal);

        Directory.Delete(Path.Combine(server.Data.Folder, "files"), recursive: true);
        Directory.CreateDirectory(Path.Combine(server.Data.Folder, "files"));
        foreach (var file in Directory.GetFiles(s3.Folder, $"{ids[1]}*", SearchOption.AllDirectories)) File.Delete(file);
        await using var incomplete = Start(server.Data, settings);
        Assert.Equal(1, await incomplete.Ended(Limit));
        Assert.Contains("content_missing", incomplete.Said, StringComparison.Ordinal);
        Assert.Contains(ids[1], incomplete.Said, StringComparison.Ordinal);
    }

    private static async Task<string> Copy(ServerData data, Dictionary<string, string> settings)
    {
        await using var copying = Start(data, settings);
        var code = await copying.Ended(Limit);
        Assert.True(code == 0, copying.Said);
        return copying.Said;
    }

    private static ChildProcess Start(ServerData data, Dictionary<string, string> settings) => ChildProcess.Start(
        ["dotnet", Programs.Server, "files", "copy", "--from", Path.Combine(data.Folder, "files"), "--data", data.Folder], settings);

    private static async Task<string> Upload(RunningServer server, SignedIn nurse)
    {
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await nurse.Token());
        using var content = new ByteArrayContent(Pdf);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var answer = await http.PostAsync(new Uri("/api/files/patient-documents?patientId=p1", UriKind.Relative), content);
        var stored = new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Created, stored.Status);
        return (string)stored.Json["id"]!;
    }
}
