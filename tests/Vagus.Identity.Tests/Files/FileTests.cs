using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Vagus.Access;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.Files;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Backups;
using Vagus.Storage.Consuming;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Tests.Files;

/// <summary>Files over HTTP: what is taken, sealed, scanned, shown to whom, and swept.</summary>
public abstract class FileTests(Engine engine)
{
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[40_000]];

    [Fact]
    public async Task A_file_comes_back_as_it_was_also_in_ranges_and_lies_sealed()
    {
        await using var clinic = await Open();
        var nurse = await SignIn(clinic, "ann@example.org");

        var id = await Uploaded(clinic, nurse, "patient-documents?patientId=p1", Pdf, "Röntgen \"a\".pdf");
        using var whole = await Get(clinic, nurse, $"/api/files/{id}");
        using var part = await Get(clinic, nurse, $"/api/files/{id}", new RangeHeaderValue(16_380, 16_400));

        Assert.Equal(Pdf, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/pdf", whole.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", whole.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("Röntgen \"a\".pdf", whole.Content.Headers.ContentDisposition.FileNameStar);
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("sandbox", whole.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(206, (int)part.StatusCode);
        Assert.Equal(Pdf[16_380..16_401], await part.Content.ReadAsByteArrayAsync());
        var stored = await File.ReadAllBytesAsync(BlobOf(clinic, id));
        Assert.Equal(-1, stored.AsSpan().IndexOf("%PDF"u8));
        Assert.Equal(2, (await Entries(clinic)).Count(entry => entry.Action == AuditActions.ReadFile && entry.On == $"File/{id}"));
    }

    [Fact]
    public async Task A_file_that_was_cut_or_swapped_gives_nothing()
    {
        await using var clinic = await Open();
        var nurse = await SignIn(clinic, "ann@example.org");
        var (first, second) = (
            await Uploaded(clinic, nurse, "patient-documents?patientId=p1", Pdf),
            await Uploaded(clinic, nurse, "patient-documents?patientId=p2", Pdf));

        File.Copy(BlobOf(clinic, second), BlobOf(clinic, first), overwrite: true);
        await using (var cut = new FileStream(BlobOf(clinic, second), FileMode.Open)) cut.SetLength(80 + 16_400);

        foreach (var id in new[] { first, second })
        {
            using var answer = await Get(clinic, nurse, $"/api/files/{id}");
            Assert.Equal(500, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_file_of_another_patient_or_role_is_answered_as_none_and_recorded()
    {
        await using var clinic = await Open();
        var (nurse, patient) = (await SignIn(clinic, "ann@example.org"), await SignIn(clinic, "pat@example.org", patient: true));
        var own = await Uploaded(clinic, nurse, "patient-documents?patientId=p1", Pdf);
        var other = await Uploaded(clinic, nurse, "patient-documents?patientId=p2", Pdf);
        var unreleased = await Uploaded(clinic, nurse, "lab-reports?patientId=p1", Pdf);

        Assert.Equal(200, (await clinic.Get($"/api/files/{own}", patient)).Status);
        foreach (var id in new[] { other, unreleased, Guid.Empty.ToString() })
        {
            Assert.Equal((404, "file_not_found"), Short(await clinic.Get($"/api/files/{id}", patient)));
            Assert.Equal((404, "file_not_found"), Short(await clinic.Get($"/api/files/{id}/url", patient)));
        }

        var biller = await SignIn(clinic, "bill@example.org");
        Assert.Equal(404, (await clinic.Get($"/api/files/{own}", biller)).Status);
        Assert.Equal(403, await Status(clinic, patient, "patient-documents?patientId=p1", Pdf));
        Assert.Equal(404, await Status(clinic, nurse, "patient-documents?patientId=nobody", Pdf));
        Assert.Equal(400, await Status(clinic, nurse, "patient-documents", Pdf));
        Assert.Contains(
            await Entries(clinic),
            entry => entry is { Action: AuditActions.ReadFile, Outcome: AuditOutcome.MinorFailure, Reason: "file_not_found" }
                && entry.Patients.Contains(new PatientId("p2")));
    }

    [Fact]
    public async Task A_signed_address_opens_its_file_until_it_expires_and_no_other()
    {
        await using var clinic = await Open();
        var nurse = await SignIn(clinic, "ann@example.org");
        var id = await Uploaded(clinic, nurse, "patient-documents?patientId=p1", Pdf);
        var other = await Uploaded(clinic, nurse, "patient-documents?patientId=p1", Pdf);

        var url = (await clinic.Get($"/api/files/{id}/url", nurse)).Json.GetProperty("url").GetString()!;

        using (var answer = await Get(clinic, null, url)) Assert.Equal(Pdf, await answer.Content.ReadAsByteArrayAsync());
        foreach (var altered in new[]
        {
            url.Replace(id, other, StringComparison.Ordinal), url.Replace("user=", "user=x", StringComparison.Ordinal),
            url.Replace("expires=", "expires=9", StringComparison.Ordinal), url.Replace("tenant=north", "tenant=south", StringComparison.Ordinal),
            url.Replace("&signature=", "&signature=A", StringComparison.Ordinal),
        })
        {
            Assert.Equal((404, "file_not_found"), Short(await clinic.Get(altered)));
        }

        clinic.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal((410, "address_expired"), Short(await clinic.Get(url)));
        Assert.Contains(await Entries(clinic), entry => entry is { Action: AuditActions.ReadFile, Reason: "address_expired" });
        Assert.Contains(
            await Entries(clinic, AuditTrail.System), entry => entry is { Action: AuditActions.ReadFile, Reason: "file_not_found" });
    }

    [Theory]
    [InlineData("patient-documents", "<html><script>")]
    [InlineData("patient-documents", "<svg xmlns='http://www.w3.org/2000/svg'>")]
    [InlineData("patient-documents", "MZ program")]
    [InlineData("lab-reports", "GIF89a")]
    [InlineData("patient-documents", "")]
    public async Task A_content_that_the_store_does_not_take_is_refused_whatever_it_is_called(string store, string content)
    {
        await using var clinic = await Open();
        var nurse = await SignIn(clinic, "ann@example.org");

        Assert.Equal(415, await Status(clinic, nurse, $"{store}?patientId=p1", Encoding.UTF8.GetBytes(content)));

        Assert.Empty(Blobs(clinic));
    }

    [Fact]
    public async Task A_form_brings_its_patient_before_its_file()
    {
        await using var clinic = await Open();
        var nurse = await SignIn(clinic, "ann@example.org");
        using var form = new MultipartFormDataContent { { new StringContent("p1"), "patientId" }, { new ByteArrayContent(Pdf), "file", "../a/b.pdf" } };

        using var answer = await Post(clinic, nurse, "patient-documents", form);

        Assert.Equal(201, (int)answer.StatusCode);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("b.pdf", json.GetProperty("fileName").GetString());
        Assert.Equal("clean", json.GetProperty("scan").GetString());
    }

    [Fact]
    public async Task A_file_over_the_limit_or_the_quota_leaves_nothing()
    {
        await using var clinic = await Open(new FilesOptions { QuotaBytes = 12 << 20 });
        var nurse = await SignIn(clinic, "ann@example.org");
        byte[] large = [.. "%PDF-1.7"u8, .. new byte[11 << 20]];

        Assert.Equal(413, await Status(clinic, nurse, "prescriptions?patientId=p1", large));
        Assert.Empty(Blobs(clinic));
        await Uploaded(clinic, nurse, "patient-documents?patientId=p1", large);
        Assert.Equal(413, await Status(clinic, nurse, "patient-documents?patientId=p1", large));

        Assert.Single(Blobs(clinic));
    }

    [Fact]
    public async Task What_the_scanner_finds_is_quarantined_and_files_wait_while_it_is_away()
    {
        await using var scanner = new FakeClamd();
        await using var clinic = await Open(new FilesOptions { Scanner = scanner.Address });
        var nurse = await SignIn(clinic, "ann@example.org");
        byte[] infected = [.. "%PDF-1.7 "u8, .. FakeClamd.Eicar];
        var (bad, good) = (
            await Uploaded(clinic, nurse, "patient-documents?patientId=p1", infected),
            await Uploaded(clinic, nurse, "patient-documents?patientId=p1", Pdf));

        scanner.IsAway = true;
        await Turn(clinic, "file-scans");
        Assert.Equal((409, "file_pending"), Short(await clinic.Get($"/api/files/{good}", nurse)));
        scanner.IsAway = false;
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        await Turn(clinic, "file-scans");
        // The host's own turn may be asking meanwhile.
        await Until(async () => (await clinic.Get<StoredFiles>().Find(TestClinic.North, good, default))!.Scan == FileScan.Clean);

        Assert.Equal(200, (await clinic.Get($"/api/files/{good}", nurse)).Status);
        Assert.Equal((410, "file_quarantined"), Short(await clinic.Get($"/api/files/{bad}", nurse)));
        Assert.Equal((410, "file_quarantined"), Short(await clinic.Get($"/api/files/{bad}/url", nurse)));
        Assert.Contains(await Entries(clinic), entry => entry.Action == AuditActions.QuarantineFile && entry.On == $"File/{bad}");
    }

    [Fact]
    public async Task Attachments_without_a_message_and_blobs_without_a_row_are_swept()
    {
        await using var clinic = await Open();
        var nurse = await SignIn(clinic, "ann@example.org");
        var (unbound, bound) = (await Uploaded(clinic, nurse, "message-attachments", Pdf), await Uploaded(clinic, nurse, "message-attachments", Pdf));
        Assert.True((await clinic.Get<GroupCommit>().Write<bool>(
            TestClinic.North, async (write, token) => await StoredFiles.Bind(write, bound, new UserId("ann"), "Message/1", token), default)).Value);
        var orphan = new BlobName(TestClinic.North, Guid.NewGuid().ToString());
        await clinic.Get<IBlobStore>().Put(orphan, async (to, token) => await to.WriteAsync(Pdf, token), default);
        // Of an organization that another installation serves on the same store.
        var foreign = new BlobName(new TenantId("elsewhere"), Guid.NewGuid().ToString());
        await clinic.Get<IBlobStore>().Put(foreign, async (to, token) => await to.WriteAsync(Pdf, token), default);

        await Turn(clinic, "file-sweep");
        Assert.Equal(4, Blobs(clinic).Length);
        // Blobs have the times of the disk.
        foreach (var blob in Blobs(clinic)) File.SetLastWriteTimeUtc(blob, clinic.Clock.GetUtcNow().UtcDateTime);
        clinic.Clock.Advance(TimeSpan.FromHours(25));
        await Turn(clinic, "file-sweep");

        // Found without a row for the first time: S3 tells times from before the blob was there.
        Assert.Equal(3, Blobs(clinic).Length);
        clinic.Clock.Advance(TimeSpan.FromHours(1));
        await Turn(clinic, "file-sweep");

        Assert.Equal(2, Blobs(clinic).Length);
        Assert.Contains(BlobOf(clinic, bound), Blobs(clinic));
        await using var kept = await clinic.Get<IBlobStore>().Open(foreign, default);
        Assert.NotNull(kept);
        Assert.Null(await clinic.Get<StoredFiles>().Find(TestClinic.North, unbound, default));
    }

    [Fact]
    public async Task A_server_on_a_restored_copy_removes_no_contents_until_an_operator_says_that_the_store_is_its_own()
    {
        await using var clinic = await Open();
        var nurse = await SignIn(clinic, "ann@example.org");
        await Uploaded(clinic, nurse, "message-attachments", Pdf);
        await Orphan(clinic);
        await Turn(clinic, "file-sweep");
        await clinic.Get<GroupCommit>().Write<int>(
            new TenantId(""),
            async (write, token) => await write.Execute(Restored, [clinic.Clock.GetUtcNow().ToMicroseconds()], token), default);

        await SweptTwice(clinic);
        Assert.Equal(2, Blobs(clinic).Length);

        await clinic.Get<StoreOwner>().Take(besideOthers: false, default);
        await SweptTwice(clinic);
        Assert.Empty(Blobs(clinic));
    }

    [Fact]
    public async Task A_store_that_another_installation_has_marked_is_swept_by_that_one_alone()
    {
        await using var clinic = await Open();
        await Turn(clinic, "file-sweep");
        var own = await clinic.Get<IBlobStore>().ReadMark("installations", default);
        await Orphan(clinic);
        await clinic.Get<IBlobStore>().WriteMark("installations", "another", default);

        await SweptTwice(clinic);
        Assert.Single(Blobs(clinic));

        await clinic.Get<StoreOwner>().Take(besideOthers: true, default);
        await SweptTwice(clinic);
        Assert.Empty(Blobs(clinic));
        var both = (await clinic.Get<IBlobStore>().ReadMark("installations", default))!.Split('\n');
        Assert.Equal((2, "another"), (both.Length, both[0]));
        // The id that a copy of this database has is none any more.
        Assert.DoesNotContain(own, both);
    }

    [Fact]
    public async Task What_a_killed_upload_left_is_swept_and_what_is_being_uploaded_is_not()
    {
        await using var clinic = await Open();
        var folder = Directory.CreateDirectory(Path.Combine(clinic.Get<StorageOptions>().DataFolder, "files", "unfinished")).FullName;
        var (killed, going) = (Path.Combine(folder, Guid.NewGuid().ToString()), Path.Combine(folder, Guid.NewGuid().ToString()));
        foreach (var part in (string[])[killed, going]) await File.WriteAllBytesAsync(part, Pdf);
        await using var upload = new FileStream(going, FileMode.Open, FileAccess.Write, FileShare.None);
        var before = clinic.Clock.GetUtcNow().UtcDateTime.AddMinutes(-11);
        foreach (var part in (string[])[killed, going]) File.SetLastWriteTimeUtc(part, before);

        await Turn(clinic, "file-sweep");

        Assert.Equal([going], Directory.GetFiles(folder));
    }

    private async Task<TestClinic> Open(FilesOptions? files = null)
    {
        var clinic = await TestClinic.Open(engine, access: new AccessOptions { Files = files ?? new FilesOptions() });
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        await clinic.AddUser("bill@example.org", Role.Billing, id: "bill");
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1", id: "pat");
        clinic.Patients.Add(TestClinic.North, "p1");
        clinic.Patients.Add(TestClinic.North, "p2");
        return clinic;
    }

    private static async Task<string> SignIn(TestClinic clinic, string email, bool patient = false) =>
        (await clinic.Login(email, path: patient ? "/api/patient-portal/auth/login" : "/api/auth/login")).AccessToken;

    private static async Task<string> Uploaded(TestClinic clinic, string token, string store, byte[] content, string? name = null)
    {
        using var body = new ByteArrayContent(content);
        if (name is not null) body.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileNameStar = name };
        using var answer = await Post(clinic, token, store, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 201, text);
        return JsonElement.Parse(text).GetProperty("id").GetString()!;
    }

    private static async Task<int> Status(TestClinic clinic, string token, string store, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        using var answer = await Post(clinic, token, store, body);
        return (int)answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> Post(TestClinic clinic, string token, string store, HttpContent body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(clinic.Address), $"/api/files/{store}")) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> Get(TestClinic clinic, string? token, string path, RangeHeaderValue? range = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(clinic.Address), path));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Range = range;
        return await http.SendAsync(request);
    }

    private static ValueTask Orphan(TestClinic clinic) => clinic.Get<IBlobStore>().Put(
        new BlobName(TestClinic.North, Guid.NewGuid().ToString()), async (to, token) => await to.WriteAsync(Pdf, token), default);

    /// <summary>When all blobs are a day old, and an hour later.</summary>
    private static async Task SweptTwice(TestClinic clinic)
    {
        foreach (var blob in Blobs(clinic)) File.SetLastWriteTimeUtc(blob, clinic.Clock.GetUtcNow().UtcDateTime);
        foreach (var hours in (int[])[25, 1])
        {
            clinic.Clock.Advance(TimeSpan.FromHours(hours));
            await Turn(clinic, "file-sweep");
        }
    }

    private static readonly Statement Restored = new("insert into log_floor (position, restored_at) values (1000000, @restored_at)");

    private static (int Status, string Code) Short(Answer answer) => (answer.Status, answer.Code);

    private static async Task Turn(TestClinic clinic, string duty) =>
        await clinic.Get<IEnumerable<LeasedDuty>>().Single(each => each.Name == duty).Turn(default);

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await holds()) await Task.Delay(20, limit.Token);
    }

    private static string[] Blobs(TestClinic clinic)
    {
        var folder = Path.Combine(clinic.Get<StorageOptions>().DataFolder, "files");
        return Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).SelectMany(tenant => Directory.GetFiles(tenant, "*", SearchOption.AllDirectories))] : [];
    }

    private static string BlobOf(TestClinic clinic, string id) => Blobs(clinic).Single(path => Path.GetFileName(path) == id);

    private static async Task<List<AuditEntry>> Entries(TestClinic clinic, TenantId? tenant = null)
    {
        var page = await clinic.Get<AuditReader>().Search(
            tenant ?? TestClinic.North, new AuditFilter(), before: null, count: 10_000, default);
        return [.. page.Entries.Select(recorded => recorded.Entry)];
    }
}

public sealed class FilesOnSqlite() : FileTests(Engine.Sqlite);

public sealed class FilesOnPostgres() : FileTests(Engine.Postgres);
