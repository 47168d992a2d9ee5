using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Vagus.Access;
using Vagus.Access.Tenants;
using Vagus.Identity;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Migrations;

namespace Vagus.Bench.SignIn;

/// <summary>The sign-in of one tenant on SQLite, behind Kestrel on a free port. Requests say which network they come from.</summary>
internal sealed class BenchClinic : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";
    private const string NetworkHeader = "X-Bench-Address";
    private static readonly TenantId Tenant = new("bench");
    private readonly WebApplication app;
    private readonly string folder;

    private BenchClinic(WebApplication app, string folder)
    {
        (this.app, this.folder) = (app, folder);
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        Http.BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public HttpClient Http { get; }

    public static async Task<BenchClinic> Start(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("vagus-bench-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IdSource>();
        builder.Services.AddStorage(new StorageOptions { DataFolder = folder });
        builder.Services.AddAccess(new AccessOptions());
        builder.Services.AddIdentity(new IdentityOptions { PasswordIterations = rounds });
        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (IPAddress.TryParse(context.Request.Headers[NetworkHeader], out var address)) context.Connection.RemoteIpAddress = address;
            return next(context);
        });
        app.UseAccess();
        app.MapIdentity();
        app.MapAccess();
        await app.Services.GetRequiredService<Migrator>().Run(default);
        await app.StartAsync();
        await app.Services.GetRequiredService<AddTenant>().Add(Tenant.Value, "Bench", default);
        return new BenchClinic(app, folder);
    }

    public async Task AddUser(string email) => _ = (await app.Services.GetRequiredService<AddUser>().Add(
        new NewUser(Tenant, email, "Somebody", Role.Nurse) { Password = Password }, default)).Value;

    public async Task<HttpResponseMessage> SignIn(string email, string password, int network)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login");
        request.Content = JsonContent.Create(new { email, password });
        request.Headers.Add(NetworkHeader, $"10.{network >> 8 & 255}.{network & 255}.1");
        return await Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
