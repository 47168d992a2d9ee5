using Vagus.Access;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Vault;
using Vagus.Identity.Keys;
using Vagus.Identity.Notices;
using Vagus.Identity.Sessions;
using Vagus.Identity.Tests.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Identity.Tests.Keys;

/// <summary>A new version of the root key's file, under which everything is sealed anew that the database keeps sealed.</summary>
public abstract class SecretRotationTests(Engine engine) : IDisposable
{
    private const string Ann = "ann@example.org";
    private const string Phone = "+15550100";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-secrets-");

    private string First => Path.Combine(folder.FullName, "root.key");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_sealed_before_is_good_after_it_and_without_the_old_file()
    {
        await using var clinic = await Open();
        var user = await clinic.AddUser(Ann);
        var login = await clinic.Login(Ann);
        var app = await clinic.EnrolApp(login.AccessToken);
        await SavePhones(clinic, user);
        var push = await clinic.Get<PushKeys>().Own(Cancel);

        var done = (await clinic.Get<RotateSecrets>().Rotate(progress: null, Cancel)).Value;

        // The signing key, the audit's, that of push services, the seed and the phone.
        Assert.Equal("file:2", done.Name);
        Assert.InRange(done.Moved, 4, 8);
        Assert.Equal(0, await clinic.Get<RotateSecrets>().CountOthers(Cancel));
        Assert.Equal(200, (await clinic.Get("/caller", login.AccessToken)).Status);
        File.Delete(First);
        await using var restarted = await Open(clinic);
        Assert.Equal(200, (await restarted.Get("/caller", login.AccessToken)).Status);
        Assert.Equal(push, await restarted.Get<PushKeys>().Own(Cancel));
        Assert.Equal(Phone, await PhoneOf(restarted, user));
        clinic.Clock.Advance(TimeSpan.FromSeconds(30));
        var owed = await restarted.Login(Ann);
        var again = await restarted.Post(
            "/login/second-factor", new { challenge = owed.Challenge(), code = app.CodeAt(clinic.Clock.GetUtcNow()) });
        Assert.Equal(200, again.Status);
        Assert.False(File.Exists(First));
    }

    [Fact]
    public async Task A_session_a_known_device_and_a_printed_code_of_before_are_good_as_long_as_the_old_file_is_here()
    {
        await using var clinic = await Open();
        await clinic.AddUser(Ann);
        var login = await clinic.Login(Ann);
        var app = await clinic.EnrolApp(login.AccessToken);
        var handle = clinic.Get<SessionHandle>();
        Assert.NotNull(handle.Read(login.SessionId));

        await clinic.Get<RotateSecrets>().Rotate(progress: null, Cancel);

        await using var restarted = await Open(clinic);
        foreach (var process in new[] { clinic, restarted })
            Assert.Equal(handle.Read(login.SessionId), process.Get<SessionHandle>().Read(login.SessionId));
        var owed = await restarted.Login(Ann);
        var spent = new { challenge = owed.Challenge(), recoveryCode = app.RecoveryCodes[0] };
        var next = await restarted.Post("/login/second-factor", spent);
        Assert.True(next.Status == 200, next.Text);
        Assert.NotEqual(
            login.SessionId.Split('.')[2], handle.Make(TestClinic.North, handle.Read(login.SessionId)!.Value.Session).Split('.')[2]);

        File.Delete(First);
        await using var without = await Open(clinic);
        Assert.Null(without.Get<SessionHandle>().Read(login.SessionId));
        Assert.NotNull(without.Get<SessionHandle>().Read(next.SessionId));
    }

    [Fact]
    public async Task Servers_go_on_meanwhile_and_seal_with_the_new_version_once_they_see_it()
    {
        await using var clinic = await Open();
        await using var other = await Open(clinic);
        var user = await clinic.AddUser(Ann);
        using var enough = new CancellationTokenSource();
        var answers = new List<int>();
        var load = Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    var login = await other.Login(Ann);
                    answers.Add(login.Status);
                    answers.Add((await clinic.Get("/caller", login.AccessToken)).Status);
                    await SavePhones(other, user);
                    Assert.Equal(Phone, await PhoneOf(clinic, user));
                    clinic.Clock.Advance(TimeSpan.FromSeconds(20));
                }
            },
            Cancel);

        for (var turn = 0; turn < 3; turn++)
        {
            await clinic.Get<RotateSecrets>().Rotate(progress: null, Cancel);
            await other.Get<SigningKeys>().Refresh(Cancel);
        }

        await enough.CancelAsync();
        await load;
        Assert.True(answers.Count > 0);
        Assert.All(answers, status => Assert.Equal(200, status));
        Assert.Equal(4, other.Get<RootKey>().Version);
        await clinic.Get<RotateSecrets>().Rotate(progress: null, Cancel);
        Assert.Equal(0, await clinic.Get<RotateSecrets>().CountOthers(Cancel));
    }

    [Fact]
    public async Task One_that_was_ended_in_the_middle_goes_on_where_it_was()
    {
        await using var clinic = await Open();
        await using var other = await Open(clinic);
        await SavePhones(clinic, [.. Enumerable.Range(0, 250).Select(at => new UserId($"u-{at}"))]);
        using var ending = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await clinic.Get<RotateSecrets>().Rotate(new Ending(ending), ending.Token));
        var left = await clinic.Get<RotateSecrets>().CountOthers(Cancel);
        await other.Get<SigningKeys>().Refresh(Cancel);
        Assert.Equal(2, other.Get<RootKey>().Version);
        await using var restarted = await Open(clinic);
        var done = (await restarted.Get<RotateSecrets>().Rotate(progress: null, Cancel)).Value;

        Assert.InRange(left, 50, 249);
        Assert.Equal(new RotationDone("file:2", left, WentOn: true), done);
        Assert.Equal(Phone, await PhoneOf(restarted, new UserId("u-7")));
        Assert.False(File.Exists($"{First}.3"));
    }

    [Fact]
    public async Task A_secret_that_does_not_open_is_told_and_holds_up_no_other()
    {
        await using var clinic = await Open();
        await SavePhones(clinic, new UserId("u-1"), new UserId("u-2"), new UserId("u-3"));
        await clinic.Get<GroupCommit>().Write<int>(
            TestClinic.North, async (write, token) => await write.Execute(Break, [new byte[40], "u-2"], token), Cancel);

        var refused = await clinic.Get<RotateSecrets>().Rotate(progress: null, Cancel);

        Assert.Equal("secrets_broken", refused.Refusal?.Code);
        Assert.Contains("access_preference.sealed_phone", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(1, await clinic.Get<RotateSecrets>().CountOthers(Cancel));
        Assert.Equal(Phone, await PhoneOf(clinic, new UserId("u-3")));
    }

    [Fact]
    public async Task A_file_that_is_there_already_is_taken_and_seals_nothing_before()
    {
        await using var clinic = await Open();
        File.WriteAllBytes($"{First}.2", new byte[32]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode($"{First}.2", UnixFileMode.UserRead);
        await using var restarted = await Open(clinic);
        Assert.Equal(1, restarted.Get<RootKey>().Version);

        var done = (await restarted.Get<RotateSecrets>().Rotate(progress: null, Cancel)).Value;

        Assert.Equal("file:2", done.Name);
        Assert.False(File.Exists($"{First}.3"));
    }

    [Fact]
    public async Task Secrets_of_an_organization_that_is_stopped_hold_up_no_other()
    {
        await using var clinic = await Open();
        await SavePhones(clinic, new UserId("u-1"));
        await StoppedTenant.Fill(
            clinic.Get<Database>(), clinic.Get<GroupCommit>(), TestClinic.North, "access_preference", ["user_id"], "changed_at", 3);

        var refused = await clinic.Get<RotateSecrets>().Rotate(progress: null, Cancel);

        // A copy does not open for another organization.
        Assert.Equal("secrets_broken", refused.Refusal?.Code);
        Assert.Equal(3, await clinic.Get<RotateSecrets>().CountOthers(Cancel));
        Assert.Equal(Phone, await PhoneOf(clinic, new UserId("u-1")));
    }

    [Fact]
    public async Task A_key_that_was_given_as_text_is_not_rotated()
    {
        var text = new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) };
        await using var clinic = await TestClinic.Open(engine, access: text);

        Assert.Equal("root_key_is_text", (await clinic.Get<RotateSecrets>().Rotate(progress: null, Cancel)).Refusal?.Code);
    }

    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private Task<TestClinic> Open(TestClinic? besides = null) =>
        TestClinic.Open(engine, access: new AccessOptions { RootKeyFile = First }, besides: besides);

    private static async Task SavePhones(TestClinic clinic, params UserId[] users)
    {
        var store = clinic.Get<PreferenceStore>();
        var saved = await clinic.Get<GroupCommit>().Write<int>(
            TestClinic.North,
            async (write, token) =>
            {
                foreach (var user in users) await store.Save(write, user, new ChosenNotices(NoticePreferences.Default, Phone), token);
                return users.Length;
            },
            Cancel);
        Assert.False(saved.IsRefused);
    }

    private static async Task<string?> PhoneOf(TestClinic clinic, UserId user) =>
        (await clinic.Get<PreferenceStore>().Of(clinic.Get<Database>(), TestClinic.North, user, Cancel)).Phone;

    private sealed class Ending(CancellationTokenSource source) : IProgress<KeyProgress>
    {
        public void Report(KeyProgress value)
        {
            if (value.Done >= 100) source.Cancel();
        }
    }

    private static readonly Statement Break = new("""
        update access_preference
        set sealed_phone = @sealed_phone
        where user_id = @user_id
        """);
}

public sealed class SecretRotationOnSqlite() : SecretRotationTests(Engine.Sqlite);

public sealed class SecretRotationOnPostgres() : SecretRotationTests(Engine.Postgres);
