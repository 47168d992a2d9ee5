using System.Net.Http.Headers;
using System.Text.Json;
using Vagus.Access;
using Vagus.Access.Files;
using Vagus.Identity.Delivering;
using Vagus.Identity.Recovery;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tests.Files;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Identity.Tests.Moving;

/// <summary>Duties go on for other tenants while one with more due rows than a turn takes is being moved.</summary>
public abstract class StoppedTenantTests(Engine engine)
{
    private static readonly Statement Ended = new("select count(*) from access_session where tenant_id = @tenant_id and ended_at is not null");

    [Fact]
    public async Task Mails_of_other_tenants_are_sent()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        await Forget(clinic, "ann@example.org");
        await Fill(clinic, "access_delivery", ["delivery_id", "about"], "due_at", 51);
        await Again(clinic);

        await clinic.AddUser("bob@example.org");
        await Forget(clinic, "bob@example.org");

        Assert.NotEmpty(clinic.Mails.Unread("bob@example.org"));
    }

    [Fact]
    public async Task An_address_of_several_tenants_gets_a_mail_of_each_the_stopped_ones_once_it_is_back()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("ann@example.org", tenant: TestClinic.South);
        await StoppedTenant.Stop(clinic.Get<GroupCommit>(), TestClinic.North);
        clinic.Mails.Hurry = () => Once(clinic);

        (await clinic.Send(HttpMethod.Post, "/api/auth/forgot-password", new { email = "ann@example.org" })).Is(202);
        var first = await clinic.Mails.Next("ann@example.org");
        clinic.Clock.Advance(TimeSpan.FromMinutes(2));
        await Once(clinic);
        Assert.Empty(clinic.Mails.Unread("ann@example.org"));
        await StoppedTenant.Resume(clinic.Get<GroupCommit>(), TestClinic.North);
        clinic.Clock.Advance(TimeSpan.FromMinutes(2));
        await clinic.Mails.Next("ann@example.org");

        await clinic.SendMails();
        Assert.Empty(clinic.Mails.Unread("ann@example.org"));
        Assert.Equal(204, (await Reset(clinic, MailBox.TokenIn(first))).Status);
    }

    [Fact]
    public async Task Sessions_of_other_tenants_end_in_time()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        await clinic.Login("ann@example.org");
        await Fill(clinic, "access_session", ["session_id"], "ends_at", 501);
        clinic.Clock.Advance(TimeSpan.FromDays(30));

        await clinic.Get<EndOverdueSessions>().Look(default);

        Assert.Equal(1, await clinic.Get<Database>().QueryOne(Ended, [TestClinic.North.Value], row => row.GetInt64(0), default));
    }

    [Fact]
    public async Task Sessions_of_other_tenants_are_removed_when_they_are_old_and_the_stopped_ones_stay()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        await clinic.Login("ann@example.org");
        await Fill(clinic, "access_session", ["session_id"], "expires_at", 501);
        await Fill(clinic, "access_refresh", ["token_hash"], "expires_at", 501);
        clinic.Clock.Advance(TimeSpan.FromDays(400));

        await clinic.Get<SweepSessions>().DeleteExpired(default);

        Assert.Equal((0, 501), (await Left("access_session", "="), await Left("access_session", "<>")));
        Assert.Equal((0, 501), (await Left("access_refresh", "="), await Left("access_refresh", "<>")));

        async Task<long> Left(string table, string compared) => await clinic.Get<Database>().QueryOne(
            new Statement($"select count(*) from {table} where tenant_id {compared} @tenant_id"), [TestClinic.North.Value],
            row => row.GetInt64(0), default);
    }

    [Fact]
    public async Task Deliveries_of_other_tenants_are_removed_when_they_are_old_while_the_writes_of_one_throw()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        await Forget(clinic, "ann@example.org");
        await Fill(clinic, "access_delivery", ["delivery_id", "about"], "ended_at", 1_001);
        await StoppedTenant.Resume(clinic.Get<GroupCommit>(), new TenantId("0-stopped"));
        await ThrowingWrites.Begin(clinic.Get<GroupCommit>(), "access_delivery", new TenantId("0-stopped"));
        clinic.Clock.Advance(TimeSpan.FromDays(31));

        await Assert.ThrowsAnyAsync<Exception>(
            () => clinic.Get<IEnumerable<LeasedDuty>>().Single(each => each.Name == "delivery-sweep").Turn(default).AsTask());

        Assert.Equal(0, await clinic.Get<Database>().QueryOne(
            new Statement("select count(*) from access_delivery where tenant_id = @tenant_id"), [TestClinic.North.Value],
            row => row.GetInt64(0), default));
    }

    [Fact]
    public async Task Files_of_other_tenants_are_scanned()
    {
        await using var scanner = new FakeClamd();
        await using var clinic = await TestClinic.Open(
            engine, access: new AccessOptions { Files = new FilesOptions { Scanner = scanner.Address } });
        await clinic.AddUser("ann@example.org", Role.Nurse);
        clinic.Patients.Add(TestClinic.North, "p1");
        var nurse = (await clinic.Login("ann@example.org")).AccessToken;
        scanner.IsAway = true;
        var file = await Upload(clinic, nurse);
        await Fill(clinic, "access_file", ["file_id"], "scan_after", 21);
        scanner.IsAway = false;
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));

        await clinic.Get<IEnumerable<LeasedDuty>>().Single(each => each.Name == "file-scans").Turn(default);

        Assert.Equal(FileScan.Clean, (await clinic.Get<StoredFiles>().Find(TestClinic.North, file, default))!.Scan);
    }

    private static Task Fill(TestClinic clinic, string table, string[] keys, string due, int count) =>
        StoppedTenant.Fill(clinic.Get<Database>(), clinic.Get<GroupCommit>(), TestClinic.North, table, keys, due, count);

    /// <summary>What was sent to the stopped tenant's people is to be sent again.</summary>
    private static async Task Again(TestClinic clinic) => Assert.False((await clinic.Get<GroupCommit>().Write<int>(
        TestClinic.North,
        async (write, cancel) => await write.Execute(
            new Statement("update access_delivery set ended_at = null, outcome = null, due_at = 1 where tenant_id <> @tenant_id"),
            [TestClinic.North.Value], cancel),
        default)).IsRefused);

    /// <summary>As the server does each second, whatever is left for later.</summary>
    private static async Task Once(TestClinic clinic)
    {
        await clinic.Get<AnswerForgotten>().Answer(default);
        foreach (var channel in SendDeliveries.Channels)
        {
            await clinic.Get<SendDeliveries>().Send(channel, urgent: true, default);
            await clinic.Get<SendDeliveries>().Send(channel, urgent: false, default);
        }
    }

    private static Task<Answer> Reset(TestClinic clinic, string token) =>
        clinic.Send(HttpMethod.Post, "/api/auth/reset-password", new { token, password = "another long pass phrase" });

    private static async Task Forget(TestClinic clinic, string email)
    {
        (await clinic.Send(HttpMethod.Post, "/api/auth/forgot-password", new { email })).Is(202);
        await clinic.SendMails();
    }

    private static async Task<string> Upload(TestClinic clinic, string token)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(new Uri(clinic.Address), "/api/files/patient-documents?patientId=p1"))
        {
            Content = new ByteArrayContent("%PDF-1.7\n"u8.ToArray()),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await clinic.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 201, text);
        return JsonElement.Parse(text).GetProperty("id").GetString()!;
    }
}

public sealed class StoppedTenantOnSqlite() : StoppedTenantTests(Engine.Sqlite);

public sealed class StoppedTenantOnPostgres() : StoppedTenantTests(Engine.Postgres);
