using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access;
using Vagus.Care;
using Vagus.Fhir.Api.Tests;
using Vagus.Identity;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]
[assembly: AssemblyFixture(typeof(SqliteFhirServer))]
[assembly: AssemblyFixture(typeof(PostgresFhirServer))]

namespace Vagus.Fhir.Api.Tests;

/// <summary>
/// The rooms that make up the FHIR API behind a real Kestrel, composed as the server does it. One per engine for the whole run: tests are
/// kept apart by tenants, of which each makes its own (<see cref="Clinic"/>).
/// </summary>
public class FhirServer(Engine engine, TimeProvider? clock = null, FhirServer? besides = null) : IAsyncLifetime
{
    private static int tenants;
    private WebApplication? app;
    private string? folder;
    private readonly ErrorLines errors = new();

    public HttpClient Http { get; } = new(
        new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 256 }) { Timeout = TimeSpan.FromMinutes(5) };

    public Uri Address => new(app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public FhirOptions Options { get; init; } = new();

    /// <summary>What a test adds to the rooms.</summary>
    public Action<IServiceCollection> Also { get; init; } = _ => { };

    /// <summary>What the server has logged as an error or worse.</summary>
    public IReadOnlyCollection<string> Errors => errors.Lines;

    public T Get<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        var storage = besides?.Get<StorageOptions>() ?? (engine == Engine.Postgres
            ? new StorageOptions { Postgres = await PostgresServer.NextDatabase() }
            : new StorageOptions { DataFolder = folder = Directory.CreateTempSubdirectory("vagus-fhir-").FullName });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(errors);
        ScannedLog.AddTo(builder.Logging);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = Options.BodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        });
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddSingleton<IdSource>();
        builder.Services.AddStorage(storage);
        builder.Services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
        builder.Services.AddIdentity(new IdentityOptions { PasswordIterations = 10 });
        builder.Services.AddFhir(Options);
        builder.Services.AddCare();
        Also(builder.Services);
        app = builder.Build();
        app.Use(AnswerFaults);
        app.UseRouting();
        app.UseAccess();
        app.MapFhir();
        app.MapCare();
        app.MapIdentity();
        app.MapAccess();
        await TestDatabase.Migrate(app.Services);
        await app.StartAsync();
    }

    public static string NextTenant() => string.Create(CultureInfo.InvariantCulture, $"clinic-{Interlocked.Increment(ref tenants)}");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app!.StopAsync();
        await app.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private static async Task AnswerFaults(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (BadHttpRequestException bad) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = bad.StatusCode;
        }
        catch (Exception cause) when (!http.Response.HasStarted)
        {
            // The test sees what nobody expected.
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await http.Response.WriteAsync(cause.ToString());
        }
    }
}

public sealed class SqliteFhirServer() : FhirServer(Engine.Sqlite);

public sealed class PostgresFhirServer() : FhirServer(Engine.Postgres);
