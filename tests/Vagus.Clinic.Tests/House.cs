using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access;
using Vagus.Access.Tenants;
using Vagus.Care;
using Vagus.Clinic.Tests;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]
[assembly: AssemblyFixture(typeof(SqliteHouse))]
[assembly: AssemblyFixture(typeof(PostgresHouse))]

namespace Vagus.Clinic.Tests;

/// <summary>
/// The rooms that the workflow needs behind a real Kestrel, one per engine for the whole run: tests are kept apart by tenants.
/// </summary>
public class House(Engine engine) : IAsyncLifetime
{
    public const string Password = "correct horse battery staple";
    private static int tenants;
    private string? folder;
    private WebApplication? app;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 64 });

    public Uri Address => new(app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public T Get<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        var storage = engine == Engine.Postgres
            ? new StorageOptions { Postgres = await PostgresServer.NextDatabase() }
            : new StorageOptions { DataFolder = folder = Directory.CreateTempSubdirectory("vagus-clinic-").FullName };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning);
        ScannedLog.AddTo(builder.Logging);
        if (Environment.GetEnvironmentVariable("VAGUS_TEST_LOG") is not null) builder.Logging.AddConsole();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IdSource>();
        builder.Services.AddStorage(storage);
        builder.Services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
        builder.Services.AddIdentity(new IdentityOptions { PasswordIterations = 10 });
        builder.Services.AddFhir(new FhirOptions());
        builder.Services.AddCare();
        builder.Services.AddClinic();
        app = builder.Build();
        app.UseRouting();
        app.UseAccess();
        app.MapFhir();
        app.MapCare();
        app.MapClinic();
        app.MapIdentity();
        app.MapAccess();
        await TestDatabase.Migrate(app.Services);
        await app.StartAsync();
    }

    public async Task<Clinic> NewClinic()
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"clinic-{Interlocked.Increment(ref tenants)}");
        return new Clinic(this, (await Get<AddTenant>().Add(id, "A clinic", CancellationToken.None)).Value);
    }

    public async Task<JsonElement> SignIn(string door, object credentials)
    {
        using var answer = await Http.PostAsJsonAsync(new Uri(Address, door), credentials);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app!.StopAsync();
        await app.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteHouse() : House(Engine.Sqlite);

public sealed class PostgresHouse() : House(Engine.Postgres);
