using System.Net.Http.Headers;
using System.Text.Json;
using Vagus.Access;
using Vagus.Access.Files;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Files;

/// <summary>Uploads before the real clamd: what it finds is quarantined; while it does not answer files are held, which is told.</summary>
public abstract class ScannerTests(Engine engine)
{
    private static readonly byte[] Clean = [.. "%PDF-1.7\n"u8, .. new byte[300_000]];

    [Fact]
    public async Task The_test_file_of_eicar_is_quarantined_and_a_clean_file_given_out()
    {
        if (ClamdServer.Missing is { } reason) Assert.Skip(reason);
        await using var scanner = await ClamdServer.Start();
        await using var clinic = await Open(scanner.Address);
        var nurse = (await clinic.Login("ann@example.org")).AccessToken;

        var bad = await Upload(clinic, nurse, [.. Clean, .. FakeClamd.Eicar]);
        var good = await Upload(clinic, nurse, Clean);
        await Turn(clinic);
        await Until(async () => await Scan(clinic, good) == FileScan.Clean && await Scan(clinic, bad) == FileScan.Quarantined);

        Assert.Equal(200, (await clinic.Get($"/api/files/{good}", nurse)).Status);
        Assert.Equal((410, "file_quarantined"), Short(await clinic.Get($"/api/files/{bad}", nurse)));
        Assert.Equal((410, "file_quarantined"), Short(await clinic.Get($"/api/files/{bad}/url", nurse)));
    }

    [Fact]
    public async Task Files_are_held_while_clamd_is_down_and_scanned_when_it_is_back()
    {
        if (ClamdServer.Missing is { } reason) Assert.Skip(reason);
        await using var scanner = await ClamdServer.Start();
        await using var clinic = await Open(scanner.Address);
        var nurse = (await clinic.Login("ann@example.org")).AccessToken;
        Assert.Null((await Inspect(clinic, scanner)).Problem);

        await scanner.Kill();
        var file = await Upload(clinic, nurse, Clean);
        await Turn(clinic);

        Assert.Equal((409, "file_pending"), Short(await clinic.Get($"/api/files/{file}", nurse)));
        var told = await Inspect(clinic, scanner);
        Assert.NotNull(told.Problem);
        Assert.Equal(1, told.Waiting);

        await scanner.StartAgain();
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        await Turn(clinic);
        await Until(async () => await Scan(clinic, file) == FileScan.Clean);
        Assert.Equal(new ScannerFindings(null, 0), await Inspect(clinic, scanner));
    }

    [Fact]
    public async Task A_file_stays_held_while_clamd_takes_its_time()
    {
        if (ClamdServer.Missing is { } reason) Assert.Skip(reason);
        await using var scanner = await ClamdServer.Start();
        await using var clinic = await Open(scanner.Address);
        var nurse = (await clinic.Login("ann@example.org")).AccessToken;

        await scanner.Signal("STOP");
        var file = await Upload(clinic, nurse, Clean);
        var turn = Turn(clinic);
        Assert.Equal((409, "file_pending"), Short(await clinic.Get($"/api/files/{file}", nurse)));
        Assert.False(turn.IsCompleted);
        await scanner.Signal("CONT");
        await turn;

        await Until(async () => await Scan(clinic, file) == FileScan.Clean);
    }

    private async Task<TestClinic> Open(Uri scanner)
    {
        var clinic = await TestClinic.Open(engine, access: new AccessOptions { Files = new FilesOptions { Scanner = scanner } });
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        clinic.Patients.Add(TestClinic.North, "p1");
        return clinic;
    }

    private static async Task<string> Upload(TestClinic clinic, string token, byte[] content)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(new Uri(clinic.Address), "/api/files/patient-documents?patientId=p1")) { Content = new ByteArrayContent(content) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 201, text);
        Assert.Equal("pending", JsonElement.Parse(text).GetProperty("scan").GetString());
        return JsonElement.Parse(text).GetProperty("id").GetString()!;
    }

    private static ValueTask<ScannerFindings> Inspect(TestClinic clinic, ClamdServer scanner) =>
        InspectScanner.Look(scanner.Address, clinic.Get<Database>(), TimeProvider.System, default);

    private static async Task<FileScan> Scan(TestClinic clinic, string file) =>
        (await clinic.Get<StoredFiles>().Find(TestClinic.North, file, default))!.Scan;

    private static async Task Turn(TestClinic clinic) =>
        await clinic.Get<IEnumerable<LeasedDuty>>().Single(each => each.Name == "file-scans").Turn(default);

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(20, limit.Token);
    }

    private static (int Status, string Code) Short(Answer answer) => (answer.Status, answer.Code);
}

public sealed class ScannerOnSqlite() : ScannerTests(Engine.Sqlite);

public sealed class ScannerOnPostgres() : ScannerTests(Engine.Postgres);
