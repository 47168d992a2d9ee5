using System.Net;
using System.Net.Http.Headers;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Uploading;

/// <summary>A server that is killed in the middle of an upload.</summary>
public abstract class KilledUploadTests(Engine engine)
{
    private const int Sent = 8 * 1024 * 1024;

    [Fact]
    public async Task A_killed_upload_leaves_no_file_no_space_used_and_no_part()
    {
        await using var server = await RunningServer.Start(engine);
        using (var provider = server.SignIn("provider"))
        {
            var patient = await provider.Put("/fhir/Patient/maya", """{"resourceType":"Patient","id":"maya"}""");
            Assert.True(patient.Succeeded, patient.Text);
        }

        // The request disposes of it.
        var content = new EndlessPdf();
        var upload = Upload(server, content);
        await Condition.Becomes(() => content.Sent >= Sent && Parts(server).Length == 1, "the upload is under way", () => server.Said);
        Assert.False(upload.IsCompleted);
        await server.Kill();
        await Assert.ThrowsAnyAsync<Exception>(() => upload);

        Assert.Equal(0, await Count(server, Files));
        Assert.Equal(0, await Count(server, Used));
        await server.StartAgain();
        var part = Assert.Single(Parts(server));
        // Ten minutes later.
        File.SetLastWriteTimeUtc(part, DateTime.UtcNow.AddMinutes(-11));
        await Swept(server);
        Assert.Empty(Parts(server));
        Assert.Empty(Blobs(server));
    }

    private static async Task<HttpStatusCode> Upload(RunningServer server, HttpContent content)
    {
        using var person = server.SignIn("provider");
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{server.Url}/api/files/patient-documents?patientId=maya"))
        {
            Content = content,
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await person.Token());
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>What the duty of the server does every ten minutes, by a further node.</summary>
    private static async Task Swept(RunningServer server) =>
        await server.Data.Blobs.RemoveUnfinished(DateTimeOffset.UtcNow, CancellationToken.None);

    private static string[] Parts(RunningServer server) => FilesIn(Path.Combine(server.Data.Folder, "files", "unfinished"));

    /// <summary>But the mark of the installation.</summary>
    private static string[] Blobs(RunningServer server) =>
        [.. FilesIn(Path.Combine(server.Data.Folder, "files")).Where(file => Path.GetFileName(file) != "mark-installations")];

    private static string[] FilesIn(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];

    private static ValueTask<long> Count(RunningServer server, Statement statement) =>
        server.Data.Database.QueryOne(statement, [], row => row.GetInt64(0), CancellationToken.None);

    private static readonly Statement Files = new("select count(*) from access_file");

    private static readonly Statement Used = new("select coalesce(sum(bytes), 0) from access_file_use");

    /// <summary>A PDF that does not end while the test lasts; it pauses once it has begun.</summary>
    private sealed class EndlessPdf : HttpContent
    {
        private readonly CancellationTokenSource over = new();
        private long sent;

        public long Sent => Interlocked.Read(ref sent);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[64 * 1024];
            "%PDF-1.7"u8.CopyTo(piece);
            while (true)
            {
                await stream.WriteAsync(piece, over.Token);
                await stream.FlushAsync(over.Token);
                if (Interlocked.Add(ref sent, piece.Length) > KilledUploadTests.Sent) await Task.Delay(50, over.Token);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            over.Cancel();
            over.Dispose();
            base.Dispose(disposing);
        }
    }
}

public sealed class KilledUploadOnSqlite() : KilledUploadTests(Engine.Sqlite);

public sealed class KilledUploadOnPostgres() : KilledUploadTests(Engine.Postgres);
