using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Access.Vault;
using Vagus.Identity.Administration;
using Vagus.Identity.Delivering;
using Vagus.Identity.Recovery;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]

namespace Vagus.Identity.Tests;

/// <summary>
/// A server with two tenants, <c>north</c> and <c>south</c>, behind a real Kestrel on a free port; people are added as a test needs them.
/// </summary>
internal sealed class TestClinic : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";
    public static readonly TenantId North = new("north");
    public static readonly TenantId South = new("south");
    private readonly WebApplication app;
    private readonly string? folder;

    private TestClinic(WebApplication app, string? folder, TestClock clock, StorageOptions storage, MailBox mails)
    {
        (this.app, this.folder, Clock, Storage, Mails) = (app, folder, clock, storage, mails);
    }

    /// <summary>What was mailed, from the folder that stands for the world.</summary>
    public MailBox Mails { get; }

    /// <summary>The patients whose records there are.</summary>
    public KnownPatients Patients => Get<KnownPatients>();

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseCookies = false });

    public TestClock Clock { get; }

    public StorageOptions Storage { get; }

    public SessionAuthentication Sessions => Get<SessionAuthentication>();

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<TestClinic> Open(
        Engine engine,
        IdentityOptions? identity = null,
        AccessOptions? access = null,
        TestClinic? besides = null,
        Action<IEndpointRouteBuilder>? map = null,
        Action<IServiceCollection>? add = null,
        StorageOptions? on = null)
    {
        var (storage, folder) = on is not null ? (on, null) : besides is null ? await NewStorage(engine) : (besides.Storage, null);
        var clock = besides?.Clock ?? new TestClock();
        access ??= new AccessOptions();
        if (engine == Engine.Postgres && access is { RootKey: null, RootKeyFile: null })
            access = access with { RootKey = Convert.ToBase64String(new byte[32]) };

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        ScannedLog.AddTo(builder.Logging);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IdSource>();
        builder.Services.AddStorage(storage);
        builder.Services.AddAccess(access);
        builder.Services.RunFiles(access.Files);
        var mails = besides?.Mails ?? new MailBox();
        identity ??= new IdentityOptions { PasswordIterations = 10 };
        builder.Services.AddIdentity(identity with { Mail = identity.Mail with { Folder = mails.Folder } });
        add?.Invoke(builder.Services);
        builder.Services.AddSingleton(besides?.Patients ?? new KnownPatients());
        builder.Services.AddSingleton<IReadPatients>(provider => provider.GetRequiredService<KnownPatients>());
        builder.Services.AddSingleton<IFindPatients>(provider => provider.GetRequiredService<KnownPatients>());
        builder.Services.AddSingleton<ICheckScopes, AskableScopes>();
        var app = builder.Build();
        app.UseIdentity();
        app.UseAccess();
        app.MapIdentity();
        app.MapFiles();
        app.MapAccess();
        app.MapGet("/caller", (HttpContext context) => context.Caller().User.Value).RequireCaller().AuditsNothing("the test");
        app.MapGet("/admins", () => "in").Require(Policy.Admin).AuditsNothing("the test");
        map?.Invoke(app);
        var clinic = new TestClinic(app, folder, clock, storage, mails);
        try
        {
            await TestDatabase.Migrate(app.Services);
            await app.StartAsync();
        }
        catch
        {
            await clinic.DisposeAsync();
            throw;
        }

        if (besides is not null) return clinic;

        mails.Hurry = clinic.SendMails;
        await clinic.Get<AddTenant>().Add(North.Value, "North clinic", default);
        await clinic.Get<AddTenant>().Add(South.Value, "South clinic", default);
        return clinic;
    }

    public async Task<UserId> AddUser(
        string email, Role role = Role.Provider, TenantId? tenant = null, string? patient = null, string password = Password,
        string? id = null)
    {
        var user = new NewUser(
            tenant ?? North, email, "Somebody", role) { Id = id, Password = password, Patient = patient is null ? null : new PatientId(patient) };
        return (await Get<AddUser>().Add(user, default)).Value.User;
    }

    public Task<Answer> Login(
        string email, string password = Password, string? tenant = null, string path = "/api/auth/login", bool browser = false) =>
        Send(HttpMethod.Post, path, new { email, password, tenant }, browser: browser);

    public Task<Answer> Refresh(string refreshToken, string agent = "test") =>
        Send(HttpMethod.Post, "/api/auth/refresh", new { refreshToken }, change: request => request.Headers.UserAgent.ParseAdd(agent));

    public Task<Answer> Get(string path, string? bearer = null) => Send(HttpMethod.Get, path, bearer: bearer);

    public async Task<Answer> Send(
        HttpMethod method, string path, object? body = null, string? bearer = null, bool browser = false,
            Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(new Uri(Address), path));
        if (body is not null) request.Content = JsonContent.Create(body);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (browser) request.Headers.Add("X-Vagus-Client", "browser");
        change?.Invoke(request);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var cookies = response.Headers.TryGetValues("Set-Cookie", out var set) ? set.ToArray() : [];
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, cookies)
        {
            RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }

    /// <summary>What the server does by itself every second, done to the end also where the server has begun with it.</summary>
    public async Task SendMails()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do await Get<AnswerForgotten>().Answer(limit.Token);
        while (await Get<Database>().QueryOne(CountWishes, [], row => row.GetInt64(0), limit.Token) > 0);
        foreach (var channel in SendDeliveries.Channels)
        {
            await Get<SendDeliveries>().Send(channel, urgent: true, limit.Token);
            await Get<SendDeliveries>().Send(channel, urgent: false, limit.Token);
        }
    }

    private static readonly Statement CountWishes = new("select count(*) from access_forgotten");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
        Mails.Dispose();
    }

    private static async Task<(StorageOptions Storage, string? Folder)> NewStorage(Engine engine)
    {
        var folder = Directory.CreateTempSubdirectory("vagus-access-").FullName;
        if (engine == Engine.Postgres)
            return (new StorageOptions { Postgres = await PostgresServer.NextDatabase(), DataFolder = folder }, folder);
        return (new StorageOptions { DataFolder = folder }, folder);
    }
}

/// <summary>An HTTP answer, read.</summary>
internal sealed record Answer(int Status, string Text, string? MediaType, string[] Cookies)
{
    public TimeSpan? RetryAfter { get; init; }

    public JsonElement Json => JsonElement.Parse(Text);

    public string AccessToken => Json.GetProperty("accessToken").GetString()!;

    /// <summary>The value of one that was set, with its name, as a browser sends it.</summary>
    public string Cookie(string name) => Cookies.Single(cookie => cookie.StartsWith($"{name}=", StringComparison.Ordinal)).Split(';')[0];

    public string RefreshToken => Json.GetProperty("refreshToken").GetString()!;

    public string SessionId => Json.GetProperty("sessionId").GetString()!;

    public string Code => Json.GetProperty("code").GetString()!;

    public Answer Is(int status)
    {
        Assert.True(status == Status, $"{Status}: {Text}");
        return this;
    }
}
