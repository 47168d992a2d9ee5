using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Vagus.Access;
using Vagus.Access.Files;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Files;

/// <summary>Uploads over HTTP at the same time: whose places they take, and how long and how much may precede a file.</summary>
public abstract class UploadShareTests(Engine engine)
{
    private const string Documents = "patient-documents?patientId=p1";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[40_000]];

    [Fact]
    public async Task The_uploads_of_a_user_and_of_an_organization_leave_the_others_their_places()
    {
        await using var clinic = await Open(new FilesOptions { UploadsOfUser = 1, UploadsOfTenant = 2 });
        var (ann, bea, cat) = (await SignIn(clinic, "ann"), await SignIn(clinic, "bea"), await SignIn(clinic, "cat"));
        var (first, second) = (new HeldContent(Pdf, []), new HeldContent(Pdf, []));

        var ofAnn = Post(clinic, ann, Documents, first);
        await first.Begun.WaitAsync(Limit);
        Assert.Equal((429, "too_many_uploads"), await Upload(clinic, ann));
        Assert.Equal((201, null), await Upload(clinic, bea));
        var ofBea = Post(clinic, bea, Documents, second);
        await second.Begun.WaitAsync(Limit);
        Assert.Equal((429, "too_many_uploads"), await Upload(clinic, cat));
        first.GoOn();
        Assert.Equal((201, null), await ofAnn.WaitAsync(Limit));
        Assert.Equal((201, null), await Upload(clinic, cat));

        second.GoOn();
        Assert.Equal((201, null), await ofBea.WaitAsync(Limit));
    }

    [Fact]
    public async Task Who_may_not_upload_and_who_has_not_come_to_the_file_takes_no_place()
    {
        await using var clinic = await Open(new FilesOptions { Uploads = 1 });
        var (ann, bill) = (await SignIn(clinic, "ann"), await SignIn(clinic, "bill"));
        var held = Form("--b\r\nContent-Disposition: form-data; name=\"patientId\"\r\n\r\np", "1\r\n--b\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\r\n--b--\r\n");

        var ofBill = Post(clinic, bill, "patient-documents", held);
        await held.Begun.WaitAsync(Limit);

        Assert.Equal((201, null), await Upload(clinic, ann));
        held.GoOn();
        Assert.Equal((403, "forbidden"), await ofBill.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_form_whose_file_does_not_begin_in_time_is_refused()
    {
        await using var clinic = await Open(new FilesOptions { FileBeginsWithin = TimeSpan.FromMilliseconds(200) });
        var token = await SignIn(clinic, "ann");
        var address = new Uri(clinic.Address);
        using var limit = new CancellationTokenSource(Limit);
        using var line = new TcpClient();
        await line.ConnectAsync(address.Host, address.Port, limit.Token);

        await line.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/files/{Documents} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\n"
            + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b\r\n"), limit.Token);

        using var answer = new StreamReader(line.GetStream());
        Assert.StartsWith("HTTP/1.1 400", await answer.ReadLineAsync(limit.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_with_much_before_its_file_is_refused()
    {
        await using var clinic = await Open(new FilesOptions());
        using var form = new MultipartFormDataContent("b")
        {
            { new StringContent(new string('x', 100_000)), "note" }, { new ByteArrayContent(Pdf), "file", "a.pdf" },
        };

        Assert.Equal((400, "invalid_upload"), await Post(clinic, await SignIn(clinic, "ann"), Documents, form));
    }

    private async Task<TestClinic> Open(FilesOptions files)
    {
        var clinic = await TestClinic.Open(engine, access: new AccessOptions { Files = files });
        foreach (var nurse in new[] { "ann", "bea", "cat" }) await clinic.AddUser($"{nurse}@example.org", Role.Nurse, id: nurse);
        await clinic.AddUser("bill@example.org", Role.Billing, id: "bill");
        clinic.Patients.Add(TestClinic.North, "p1");
        return clinic;
    }

    private static async Task<string> SignIn(TestClinic clinic, string name) => (await clinic.Login($"{name}@example.org")).AccessToken;

    private static HeldContent Form(string beginning, string rest)
    {
        var form = new HeldContent(Encoding.ASCII.GetBytes(beginning), Encoding.ASCII.GetBytes(rest));
        form.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        return form;
    }

    private static async Task<(int Status, string? Code)> Upload(TestClinic clinic, string token)
    {
        using var body = new ByteArrayContent(Pdf);
        return await Post(clinic, token, Documents, body);
    }

    private static async Task<(int Status, string? Code)> Post(TestClinic clinic, string token, string store, HttpContent body)
    {
        using var http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Limit });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(clinic.Address), $"/api/files/{store}")) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.ExpectContinue = body is HeldContent;
        using var answer = await http.SendAsync(request);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        return ((int)answer.StatusCode, json.TryGetProperty("code", out var code) ? code.GetString() : null);
    }
}

public sealed class UploadSharesOnSqlite() : UploadShareTests(Engine.Sqlite);

public sealed class UploadSharesOnPostgres() : UploadShareTests(Engine.Postgres);
